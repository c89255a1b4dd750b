import { Injectable } from '@nestjs/common';
import { Environment } from '@gatehouse/config';
import { Client, Principal, UnauthenticatedProblem } from '@gatehouse/http';
import { UserDto, UsersService } from '@gatehouse/users';
import { AccessTokens } from './access-tokens.js';
import { LoginDto } from './dto/login.dto.js';
import { RegisterDto } from './dto/register.dto.js';
import { TokensDto } from './dto/tokens.dto.js';
import { InvalidCredentialsProblem } from './invalid-credentials.problem.js';
import { LoginProtection } from './login-protection.js';
import { Registrations } from './registrations.js';
import { OpenSession, SessionsService } from './sessions.service.js';

@Injectable()
export class AuthService {
  private readonly accessTtl: number;

  constructor(
    private readonly users: UsersService,
    private readonly protection: LoginProtection,
    private readonly registrations: Registrations,
    private readonly sessions: SessionsService,
    private readonly accessTokens: AccessTokens,
    environment: Environment,
  ) {
    this.accessTtl = environment.ACCESS_TOKEN_TTL_SECONDS;
  }

  /** @throws {ConflictProblem} when the email or the username is taken */
  async register(account: RegisterDto): Promise<UserDto> {
    const user = await this.users.register(account, (made, manager) =>
      this.registrations.announce(made, manager),
    );
    this.registrations.complete(user);
    return user;
  }

  /**
   * @throws {UnauthenticatedProblem} the same for an unknown user, a wrong password and a disabled account
   * @throws {RateLimitProblem} after too many failures
   */
  async login({ username, password }: LoginDto, { address }: Client): Promise<TokensDto> {
    const user = await this.protection.check(username, password, address);
    const session = user && (await this.sessions.open(user));
    if (!session) throw new UnauthenticatedProblem('Incorrect username or password');
    return this.tokensOf(session);
  }

  /** @throws {InvalidCredentialsProblem} when the token is not the last one of a session that is good */
  async refresh(refreshToken: string): Promise<TokensDto> {
    const session = await this.sessions.rotate(refreshToken);
    if (!session) throw new InvalidCredentialsProblem();
    return this.tokensOf(session);
  }

  async logout({ sessionId }: Principal): Promise<void> {
    if (sessionId) await this.sessions.revoke(sessionId);
  }

  private tokensOf({ id, userId, refreshToken }: OpenSession): TokensDto {
    return {
      access_token: this.accessTokens.issue(userId, id),
      token_type: 'bearer',
      expires_in: this.accessTtl,
      refresh_token: refreshToken,
    };
  }
}
