import { applyDecorators } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import { Input } from '@gatehouse/validation';
import { RouteFlag } from './route-flag.js';

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
