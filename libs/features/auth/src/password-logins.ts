import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@gatehouse/audit';
import { type Client, UnauthenticatedProblem } from '@gatehouse/http';
import { type User, UserCredentials } from '@gatehouse/users';
import type { PasswordLoginDto } from './dto/password-login.dto.js';
import { type NewSession, SessionsService } from './sessions.service.js';

/** A log-in that has just begun. */
export interface BegunSession {
  id: string;
  user: User;
}

/** Begins log-ins of those who know a password. */
@Injectable()
export class PasswordLogins {
  constructor(
    private readonly credentials: UserCredentials,
    private readonly sessions: SessionsService,
    private readonly audit: AuditTrail,
  ) {}

  /** @throws {UnauthenticatedProblem} the same for an unknown user, a wrong password and a disabled account */
  async begin(
    { username, password }: PasswordLoginDto,
    session: NewSession,
    client: Client,
  ): Promise<BegunSession> {
    const user = await this.credentials.check(username, password);
    const id = user && (await this.sessions.open(user, session, client));
    if (!id) {
      await this.recordFailure(username, client);
      throw new UnauthenticatedProblem('Incorrect username or password');
    }
    return { id, user };
  }

  private async recordFailure(login: string, { address, device }: Client): Promise<void> {
    const subjectId = await this.credentials.idOf(login);
    await this.audit.record({ action: 'auth.login-failed', subjectId, address, details: { login, device } });
  }
}
