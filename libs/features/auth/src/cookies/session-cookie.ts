import { Injectable } from '@nestjs/common';
import { Environment } from '@gatehouse/config';
import { AuthSettings } from '../auth.settings.js';

/** Outside production. */
export const COOKIE_NAME = 'gatehouse_session';
const SECONDS_OF_DAY = 86_400;

/**
 * The cookie of a browser's log-in. In production its name has the prefix `__Host-`, with which browsers take it from
 * this very host only, over HTTPS (RFC 6265bis, section 4.1.3.2).
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

  /** Value of `Set-Cookie` that keeps a secret for as long as a session can last; the server may end it before. */
  keeping(secret: string): string {
    return `${this.name}=${secret}; Max-Age=${this.maxAge}; ${this.attributes}`;
  }

  /** Value of `Set-Cookie` that makes the browser forget it. */
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
