import { createParamDecorator, ExecutionContext } from '@nestjs/common';
import { replyOf, requestOf } from '@gatehouse/http';

/** The cookies of a request and of its response. */
export interface CookieHeaders {
  /** The `Cookie` header. */
  readonly sent: string | undefined;
  /** Adds a `Set-Cookie` header to the response. */
  set(value: string): void;
}

/** The {@link CookieHeaders} of the request. */
export const Cookies = createParamDecorator((_: unknown, context: ExecutionContext): CookieHeaders => {
  const reply = replyOf(context);
  return { sent: requestOf(context).headers.cookie, set: (value) => void reply.header('set-cookie', value) };
});
