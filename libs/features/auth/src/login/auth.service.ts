import { Injectable, Logger } from '@nestjs/common';
import { Counter } from 'prom-client';
import { AuditTrail } from '@gatehouse/audit';
import { type ClientInfo, UnauthenticatedProblem } from '@gatehouse/http';
import { Metrics } from '@gatehouse/observability';
import { type User, UserAccounts, UserDto, UsersService } from '@gatehouse/users';
import { AuthSettings } from '../auth.settings.js';
import { InvalidCredentialsProblem } from '../invalid-credentials.problem.js';
import { refreshSecrets, sha256 } from '../opaque-secrets.js';
import { type NewSession, SessionsService } from '../sessions/sessions.service.js';
import { AccessTokens } from '../tokens/access-tokens.js';
import { RefreshedSession, RefreshTokens } from '../tokens/refresh-tokens.js';
import { TokensDto } from '../tokens/tokens.dto.js';
import { LoginDto, PasswordLoginDto, RegisterDto } from './login.dto.js';
import { LoginProtection } from './login-protection.js';

/** Registers users, and starts and continues sessions of those who know their password. */
@Injectable()
export class AuthService {
  private readonly logger = new Logger(AuthService.name);
  private readonly registrations: Counter;
  private readonly failures: Counter;

  constructor(
    private readonly users: UsersService,
    private readonly accounts: UserAccounts,
    private readonly protection: LoginProtection,
    private readonly sessions: SessionsService,
    private readonly refreshTokens: RefreshTokens,
    private readonly accessTokens: AccessTokens,
    private readonly audit: AuditTrail,
    private readonly settings: AuthSettings,
    { registry }: Metrics,
  ) {
    const registers = [registry];
    this.registrations = new Counter({
      name: 'registrations_total',
      help: 'Registered accounts.',
      registers,
    });
    this.failures = new Counter({
      name: 'login_failures_total',
      help: 'Failed log-ins, by whether the name exists.',
      labelNames: ['name'],
      registers,
    });
  }

  /** @throws {ConflictProblem} when the email or the username is taken */
  async register(account: RegisterDto): Promise<UserDto> {
    const user = await this.users.register(account);
    this.registrations.inc();
    return user;
  }

  /** Handles either grant of the token endpoint (RFC 6749, section 4.3.2 or 6): {@link login}, or {@link refresh}. */
  grant(request: LoginDto, client: ClientInfo): Promise<TokensDto> {
    if (request.grant_type === 'refresh_token') return this.refresh(request.refresh_token!, client);
    return this.login(request, client);
  }

  /** Starts a session with tokens. Throws as {@link begin} does. */
  async login(login: PasswordLoginDto, client: ClientInfo): Promise<TokensDto> {
    const refreshToken = refreshSecrets.make();
    const { id, user } = await this.begin(login, { kind: 'token', secretHash: sha256(refreshToken) }, client);
    return this.tokensOf({ id, userId: user.id, refreshToken });
  }

  /** @throws {InvalidCredentialsProblem} when the token is not the latest one of a valid session */
  async refresh(refreshToken: string, client: ClientInfo): Promise<TokensDto> {
    const session = await this.refreshTokens.rotate(refreshToken, client);
    if (!session) throw new InvalidCredentialsProblem();
    return this.tokensOf(session);
  }

  /**
   * Starts a session of any kind.
   * @returns its id and user
   * @throws {UnauthenticatedProblem} the same for an unknown user, a wrong password and a disabled account
   * @throws {RateLimitProblem} after too many failures
   */
  async begin(
    { username, password }: PasswordLoginDto,
    session: NewSession,
    client: ClientInfo,
  ): Promise<{ id: string; user: User }> {
    const user = await this.protection.check(username, password, client.address);
    const id = user && (await this.sessions.open(user, session, client));
    if (id) return { id, user };
    // Not awaited: its duration would reveal whether the name exists.
    this.recordFailure(username, client).catch((error: unknown) =>
      this.logger.error('A failed log-in could not be recorded', error),
    );
    throw new UnauthenticatedProblem('Incorrect username or password');
  }

  /** An unknown name is only counted: names can be made up without end, and people type passwords there by mistake. */
  private async recordFailure(login: string, { address, device }: ClientInfo): Promise<void> {
    const user = await this.accounts.find(login);
    this.failures.inc({ name: user ? 'known' : 'unknown' });
    if (!user) return;
    const entry = { action: 'auth.login-failed', subjectId: user.id, address, details: { device } };
    await this.audit.record(entry);
  }

  private tokensOf({ id, userId, refreshToken }: RefreshedSession): TokensDto {
    return {
      access_token: this.accessTokens.issue(userId, id),
      token_type: 'bearer',
      expires_in: this.settings.ACCESS_TOKEN_TTL_SECONDS,
      refresh_token: refreshToken,
    };
  }
}
