import { applyDecorators } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { HandlerMark } from '../handler-mark.js';

const mark = new HandlerMark();

/**
 * Marks an endpoint that logs in or takes no caller: a cookie that is no longer good must not keep a browser from
 * another log-in, an account or a forgotten password.
 */
export function IgnoresSessionCookie(): MethodDecorator {
  return applyDecorators(mark.decorator(), ApiExtension('x-session-cookie', 'ignored'));
}

export function ignoresSessionCookie(request: FastifyRequest): boolean {
  return mark.isOn(request);
}
