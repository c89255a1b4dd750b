import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@gatehouse/audit';
import { type Client, UnauthenticatedProblem } from '@gatehouse/http';
import { type User, UserCredentials } from '@gatehouse/users';
import type { PasswordLoginDto } from './dto/password-login.dto.js';
import { LoginProtection } from './login-protection.js';
import { type NewSession, SessionsService } from '../sessions/sessions.service.js';

/** A log-in that has just begun. */
export interface BegunSession {
  id: string;
  user: User;
}

/** Begins log-ins of those who know a password. */
@Injectable()
export class PasswordLogins {
  constructor(
    private readonly protection: LoginProtection,
    private readonly credentials: UserCredentials,
    private readonly sessions: SessionsService,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * @throws {UnauthenticatedProblem} the same for an unknown user, a wrong password and a disabled account
   * @throws {RateLimitProblem} after too many failures
   */
  async begin(
    { username, password }: PasswordLoginDto,
    session: NewSession,
    client: Client,
  ): Promise<BegunSession> {
    const user = await this.protection.check(username, password, client.address);
    const id = user && (await this.sessions.open(user, session, client));
    if (!id) {
      await this.recordFailure(username, client);
      throw new UnauthenticatedProblem('Incorrect username or password');
    }
    return { id, user };
  }

  private async recordFailure(login: string, { address, device }: Client): Promise<void> {
    const user = await this.credentials.find(login);
    // A name that is nobody's is not written down: people type passwords there.
    await this.audit.record({
      action: 'auth.login-failed',
      subjectId: user?.id,
      address,
      details: { device },
    });
  }
}
