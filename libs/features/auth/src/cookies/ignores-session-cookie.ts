import { applyDecorators } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import { HandlerMark } from '../handler-mark.js';

export const ignoresSessionCookie = new HandlerMark();

/**
 * Marks an endpoint that logs in or takes no caller: a cookie that is no longer good must not keep a browser from
 * another log-in, an account or a forgotten password.
 */
export function IgnoresSessionCookie(): MethodDecorator {
  return applyDecorators(ignoresSessionCookie.decorator(), ApiExtension('x-session-cookie', 'ignored'));
}
