import { Injectable } from '@nestjs/common';
import type { ClientInfo, Principal } from '@gatehouse/http';
import { toUserDto, UserDto } from '@gatehouse/users';
import type { PasswordLoginDto } from '../login/login.dto.js';
import { cookieSecrets, sha256 } from '../opaque-secrets.js';
import { AuthService } from '../login/auth.service.js';
import { type CookieHeaders, SessionCookie } from './session-cookie.js';
import { SessionsService } from '../sessions/sessions.service.js';

/** Sessions of browsers, which store an opaque secret in a cookie. */
@Injectable()
export class CookieSessionsService {
  constructor(
    private readonly auth: AuthService,
    private readonly sessions: SessionsService,
    private readonly cookie: SessionCookie,
  ) {}

  /**
   * Starts a session with a new secret, and ends the one of the request's cookie, which an attacker may have planted.
   * Throws as {@link AuthService.begin} does.
   */
  async begin(login: PasswordLoginDto, client: ClientInfo, cookies: CookieHeaders): Promise<UserDto> {
    const secret = cookieSecrets.make();
    const [brought = ''] = this.cookie.valuesIn(cookies.sent);
    const session = {
      kind: 'cookie' as const,
      secretHash: sha256(secret),
      replaces: cookieSecrets.hash(brought),
    };
    const { user } = await this.auth.begin(login, session, client);
    cookies.set(this.cookie.keeping(secret));
    return toUserDto(user);
  }

  async end(caller: Principal, client: ClientInfo, cookies: CookieHeaders): Promise<void> {
    await this.sessions.logOut(caller, client);
    cookies.set(this.cookie.clearing());
  }
}
