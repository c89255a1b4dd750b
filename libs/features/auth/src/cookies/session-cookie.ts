import { createParamDecorator, type ExecutionContext, Injectable } from '@nestjs/common';
import { Environment } from '@gatehouse/config';
import { replyOf, requestOf } from '@gatehouse/http';
import { AuthSettings } from '../auth.settings.js';

/** Name of the cookie outside production. */
export const COOKIE_NAME = 'gatehouse_session';
const SECONDS_OF_DAY = 86_400;

/**
 * The session cookie of browsers. In production its name has the prefix `__Host-`, with which browsers accept it only
 * from this exact host over HTTPS (RFC 6265bis, section 4.1.3.2).
 */
@Injectable()
export class SessionCookie {
  readonly name: string;
  private readonly attributes: string;
  private readonly maxAge: number;

  constructor({ isProduction, isDevelopment }: Environment, { SESSION_MAX_DAYS }: AuthSettings) {
    this.name = isProduction ? `__Host-${COOKIE_NAME}` : COOKIE_NAME;
    this.attributes = `Path=/; HttpOnly; SameSite=Lax${isDevelopment ? '' : '; Secure'}`;
    this.maxAge = SESSION_MAX_DAYS * SECONDS_OF_DAY;
  }

  /**
   * `Set-Cookie` value that stores a secret for the maximum lifetime of a session; the server may end the session
   * earlier.
   */
  keeping(secret: string): string {
    return `${this.name}=${secret}; Max-Age=${this.maxAge}; ${this.attributes}`;
  }

  /** `Set-Cookie` value that clears the cookie. */
  clearing(): string {
    return `${this.name}=; Max-Age=0; ${this.attributes}`;
  }

  /** Every value that a `Cookie` header has for it: more than one when another was injected. */
  valuesIn(header: string | undefined): string[] {
    if (!header?.includes(this.name)) return [];
    const pairs = header.split(';').map((pair) => pair.trim());
    const start = `${this.name}=`;
    return pairs.filter((pair) => pair.startsWith(start)).map((pair) => pair.slice(start.length));
  }
}

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
