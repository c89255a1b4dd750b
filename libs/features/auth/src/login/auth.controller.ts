import { Body, Controller, Post } from '@nestjs/common';
import { Endpoint } from '@gatehouse/gate';
import { Caller, type ClientInfo, FromClient, type Principal } from '@gatehouse/http';
import { Public } from '@gatehouse/permissions';
import { minutes } from '@gatehouse/throttle';
import { UserDto } from '@gatehouse/users';
import { IgnoresSessionCookie, SmallBodies } from '../auth.decorators.js';
import { AuthService } from './auth.service.js';
import { LoginDto, RegisterDto } from './login.dto.js';
import { RefreshDto, TokensDto } from '../tokens/tokens.dto.js';
import { TokenEndpoint } from '../tokens/token-endpoint.js';
import { SessionsService } from '../sessions/sessions.service.js';

/** Each call hashes a password or writes a session. Sufficient for an office behind one address. */
const throttle = { limit: 120, ttl: minutes(1) };

@SmallBodies()
@Controller({ path: 'auth', version: '1' })
export class AuthController {
  constructor(
    private readonly auth: AuthService,
    private readonly sessions: SessionsService,
  ) {}

  @Endpoint({
    summary: 'Register an account',
    permissions: Public,
    throttle,
    response: UserDto,
    location: '/api/v1/users',
    errors: [409],
  })
  @Post('register')
  @IgnoresSessionCookie()
  register(@Body() account: RegisterDto) {
    return this.auth.register(account);
  }

  @Endpoint({
    summary: 'Log in',
    description:
      'As JSON, or as the form of OAuth 2’s password flow. The username may be the email. For clients that support one ' +
      'token endpoint only, `grant_type=refresh_token` with a `refresh_token` does the same as `/auth/refresh`.',
    permissions: Public,
    throttle,
    input: { body: { types: ['json', 'form'] } },
    response: TokensDto,
    status: 200,
    errors: [401],
  })
  @Post('login')
  @TokenEndpoint()
  @IgnoresSessionCookie()
  login(@Body() login: LoginDto, @FromClient() client: ClientInfo) {
    return this.auth.grant(login, client);
  }

  @Endpoint({
    summary: 'Exchange a refresh token for a new pair of tokens',
    description:
      'Spends the refresh token. Concurrent requests receive the same new one; any later use of a spent token ' +
      'ends the session. As JSON, or as the form of OAuth 2.',
    permissions: Public,
    throttle,
    input: { body: { types: ['json', 'form'] } },
    response: TokensDto,
    status: 200,
    errors: [401],
  })
  @Post('refresh')
  @TokenEndpoint()
  @IgnoresSessionCookie()
  refresh(@Body() { refresh_token }: RefreshDto, @FromClient() client: ClientInfo) {
    return this.auth.refresh(refresh_token, client);
  }

  @Endpoint({
    summary: 'Log out',
    description: 'Ends this session: its access and refresh tokens stop working immediately.',
    status: 204,
  })
  @Post('logout')
  logout(@Caller() caller: Principal, @FromClient() client: ClientInfo) {
    return this.sessions.logOut(caller, client);
  }
}
