import { Mailbox } from '../support/mailbox.js';
import { type Answer, PASSWORD, TestApp } from '../support/test-app.js';

export interface Member {
  id: string;
  username: string;
  email: string;
  token: string;
  refreshToken: string;
}

/** Helpers for specs on accounts and their mails. */
export class Recovery {
  readonly mailbox: Mailbox;
  private made = 0;

  constructor(readonly app: TestApp) {
    this.mailbox = new Mailbox(app);
  }

  /** Calls `POST /api/v1/auth/…`. */
  auth(action: string, body?: object, token?: string): Promise<Answer> {
    return this.app.request('POST', `/api/v1/auth/${action}`, { body, token });
  }

  /** Registers a user and logs in. */
  async member(): Promise<Member> {
    const username = `member-${++this.made}`;
    const email = `${username}@example.com`;
    const { body } = await this.auth('register', { username, email, password: PASSWORD });
    const { body: tokens } = await this.login(username);
    return {
      id: body.id,
      username,
      email,
      token: tokens.access_token,
      refreshToken: tokens.refresh_token,
    };
  }

  login(username: string, password = PASSWORD): Promise<Answer> {
    return this.auth('login', { username, password });
  }

  me(token: string): Promise<Answer> {
    return this.app.request('GET', '/api/v1/users/me', { token });
  }

  /** Requests a password reset, and returns the token from the mail. */
  async resetToken({ email }: Member): Promise<string> {
    await this.auth('forgot-password', { email });
    return this.mailbox.tokenTo(email);
  }

  /** Requests a change of address, and returns the token from the mail. */
  async changeToken({ token }: Member, email: string): Promise<string> {
    await this.auth('change-email', { email, password: PASSWORD }, token);
    return this.mailbox.tokenTo(email);
  }

  /** Makes all links older. */
  async age(interval: string): Promise<void> {
    await this.app.dataSource.query(
      `UPDATE account_tokens SET created_at = created_at - $1::interval, expires_at = expires_at - $1::interval`,
      [interval],
    );
  }

  async verifiedAt({ id }: Member): Promise<Date | null> {
    const [row] = await this.app.dataSource.query(`SELECT email_verified_at FROM users WHERE id = $1`, [id]);
    return row.email_verified_at;
  }

  /** Audit entries of a user. */
  async eventsOf({ id }: Member): Promise<string[]> {
    const rows = await this.app.dataSource.query<{ action: string }[]>(
      `SELECT action FROM audit_events WHERE subject_id = $1 AND action LIKE 'accounts.%' ORDER BY id`,
      [id],
    );
    return rows.map(({ action }) => action);
  }
}
