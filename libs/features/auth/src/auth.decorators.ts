import { applyDecorators } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Input } from '@gatehouse/validation';

/** A mark on handlers, which tells the authentication schemes what to ignore there. */
export class RouteFlag {
  private readonly handlers = new WeakSet<object>();

  decorator(): MethodDecorator {
    return (_target, _key, descriptor) => void this.handlers.add(descriptor.value as object);
  }

  has(handler: object): boolean {
    return this.handlers.has(handler);
  }

  /** Whether the handler of a request has the flag. */
  isOn({ routeOptions }: FastifyRequest): boolean {
    const handler = routeOptions.config.endpoint?.handler;
    return handler !== undefined && this.has(handler);
  }
}

/**
 * For every controller under `/auth`, where anonymous callers can send bodies: names, secrets and addresses are
 * small.
 */
export const SmallBodies = (): ClassDecorator => Input({ body: { limit: 16 * 1024 } });

export const ignoresSessionCookie = new RouteFlag();

/**
 * Marks an endpoint that logs in or needs no caller: an expired cookie must not keep a browser from logging in,
 * registering or recovering a password.
 */
export function IgnoresSessionCookie(): MethodDecorator {
  return applyDecorators(ignoresSessionCookie.decorator(), ApiExtension('x-session-cookie', 'ignored'));
}
