import { applyDecorators } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import { Input } from '@gatehouse/validation';
import { HandlerMark } from './handler-mark.js';

/** For every controller under `/auth`, which anybody can send bodies to: they hold names, secrets and addresses. */
export const SmallBodies = (): ClassDecorator => Input({ body: { limit: 16 * 1024 } });

export const ignoresSessionCookie = new HandlerMark();

/**
 * Marks an endpoint that logs in or takes no caller: a cookie that is no longer good must not keep a browser from
 * another log-in, an account or a forgotten password.
 */
export function IgnoresSessionCookie(): MethodDecorator {
  return applyDecorators(ignoresSessionCookie.decorator(), ApiExtension('x-session-cookie', 'ignored'));
}
