import { Body, Controller, Delete, Header, Post } from '@nestjs/common';
import { Endpoint } from '@gatehouse/gate';
import { Caller, type ClientInfo, FromClient, type Principal } from '@gatehouse/http';
import { humanOnly, Public } from '@gatehouse/permissions';
import { minutes } from '@gatehouse/throttle';
import { UserDto } from '@gatehouse/users';
import { IgnoresSessionCookie, SmallBodies } from '../auth.decorators.js';
import { CookieSessionsService } from './cookie-sessions.service.js';
import { type CookieHeaders, Cookies } from './session-cookie.js';
import { PasswordLoginDto } from '../login/login.dto.js';

@SmallBodies()
@Controller({ path: 'auth/session', version: '1' })
export class CookieSessionsController {
  constructor(private readonly sessions: CookieSessionsService) {}

  @Endpoint({
    summary: 'Log in a browser',
    description: 'Returns the session cookie. A session that the request already has ends.',
    permissions: Public,
    throttle: { limit: 120, ttl: minutes(1) },
    response: UserDto,
    headers: ['Set-Cookie'],
    status: 200,
    errors: [401],
  })
  @Post()
  @Header('Cache-Control', 'no-store')
  @IgnoresSessionCookie()
  begin(
    @Body() login: PasswordLoginDto,
    @FromClient() client: ClientInfo,
    @Cookies() cookies: CookieHeaders,
  ) {
    return this.sessions.begin(login, client, cookies);
  }

  @Endpoint({
    summary: 'Log out a browser',
    description: 'Ends the session of the request, and clears the cookie.',
    permissions: humanOnly,
    headers: ['Set-Cookie'],
    status: 204,
  })
  @Delete()
  end(@Caller() caller: Principal, @FromClient() client: ClientInfo, @Cookies() cookies: CookieHeaders) {
    return this.sessions.end(caller, client, cookies);
  }
}
