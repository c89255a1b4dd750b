import { Injectable, Logger } from '@nestjs/common';
import { Counter } from 'prom-client';
import { AuditTrail } from '@gatehouse/audit';
import { type ClientInfo, UnauthenticatedProblem } from '@gatehouse/http';
import { Metrics } from '@gatehouse/observability';
import { type User, UserCredentials } from '@gatehouse/users';
import type { PasswordLoginDto } from './login.dto.js';
import { LoginProtection } from './login-protection.js';
import { type NewSession, SessionsService } from '../sessions/sessions.service.js';

/** A session that has just started. */
export interface BegunSession {
  id: string;
  user: User;
}

/** Starts sessions of users who know their password. */
@Injectable()
export class PasswordLogins {
  private readonly logger = new Logger(PasswordLogins.name);
  private readonly failures: Counter;

  constructor(
    private readonly protection: LoginProtection,
    private readonly credentials: UserCredentials,
    private readonly sessions: SessionsService,
    private readonly audit: AuditTrail,
    { registry }: Metrics,
  ) {
    const help = 'Failed log-ins, by whether the name exists.';
    const labelNames = ['name'];
    this.failures = new Counter({ name: 'login_failures_total', help, labelNames, registers: [registry] });
  }

  /**
   * @throws {UnauthenticatedProblem} the same for an unknown user, a wrong password and a disabled account
   * @throws {RateLimitProblem} after too many failures
   */
  async begin(
    { username, password }: PasswordLoginDto,
    session: NewSession,
    client: ClientInfo,
  ): Promise<BegunSession> {
    const user = await this.protection.check(username, password, client.address);
    const id = user && (await this.sessions.open(user, session, client));
    if (!id) {
      // Not awaited: its duration would reveal whether the name exists.
      this.recordFailure(username, client).catch((error: unknown) =>
        this.logger.error('A failed log-in could not be recorded', error),
      );
      throw new UnauthenticatedProblem('Incorrect username or password');
    }
    return { id, user };
  }

  /** An unknown name is only counted: names can be made up without end, and people type passwords there by mistake. */
  private async recordFailure(login: string, { address, device }: ClientInfo): Promise<void> {
    const user = await this.credentials.find(login);
    this.failures.inc({ name: user ? 'known' : 'unknown' });
    if (!user) return;
    await this.audit.record({
      action: 'auth.login-failed',
      subjectId: user.id,
      address,
      details: { device },
    });
  }
}
