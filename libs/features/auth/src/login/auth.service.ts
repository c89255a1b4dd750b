import { Injectable } from '@nestjs/common';
import type { ClientInfo } from '@gatehouse/http';
import { UserDto, UsersService } from '@gatehouse/users';
import { AccessTokens } from '../tokens/access-tokens.js';
import { LoginDto, PasswordLoginDto, RegisterDto } from './login.dto.js';
import { TokensDto } from '../tokens/tokens.dto.js';
import { InvalidCredentialsProblem } from '../invalid-credentials.problem.js';
import { refreshSecrets, sha256 } from '../opaque-secrets.js';
import { PasswordLogins } from './password-logins.js';
import { RefreshedSession, RefreshTokens } from '../tokens/refresh-tokens.js';
import { Registrations } from './registrations.js';
import { AuthSettings } from '../auth.settings.js';

@Injectable()
export class AuthService {
  private readonly accessTtl: number;

  constructor(
    private readonly users: UsersService,
    private readonly registrations: Registrations,
    private readonly logins: PasswordLogins,
    private readonly refreshTokens: RefreshTokens,
    private readonly accessTokens: AccessTokens,
    settings: AuthSettings,
  ) {
    this.accessTtl = settings.ACCESS_TOKEN_TTL_SECONDS;
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
  async login(login: PasswordLoginDto, client: ClientInfo): Promise<TokensDto> {
    const refreshToken = refreshSecrets.make();
    const session = { kind: 'token' as const, secretHash: sha256(refreshToken) };
    const { id, user } = await this.logins.begin(login, session, client);
    return this.tokensOf({ id, userId: user.id, refreshToken });
  }

  /** Handles either grant of the token endpoint (RFC 6749, section 4.3.2 or 6): {@link login}, or {@link refresh}. */
  grant(request: LoginDto, client: ClientInfo): Promise<TokensDto> {
    if (request.grant_type === 'refresh_token') return this.refresh(request.refresh_token!, client);
    return this.login(request, client);
  }

  /** @throws {InvalidCredentialsProblem} when the token is not the latest one of a valid session */
  async refresh(refreshToken: string, client: ClientInfo): Promise<TokensDto> {
    const session = await this.refreshTokens.rotate(refreshToken, client);
    if (!session) throw new InvalidCredentialsProblem();
    return this.tokensOf(session);
  }

  private tokensOf({ id, userId, refreshToken }: RefreshedSession): TokensDto {
    return {
      access_token: this.accessTokens.issue(userId, id),
      token_type: 'bearer',
      expires_in: this.accessTtl,
      refresh_token: refreshToken,
    };
  }
}
