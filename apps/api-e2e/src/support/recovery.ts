import { Mailbox } from './mailbox.js';
import { type Answer, PASSWORD, TestApp } from './test-app.js';

export interface Member {
  id: string;
  username: string;
  email: string;
  token: string;
  refreshToken: string;
}

/** Shortcuts for specs about accounts and the mails that they cause. */
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

  /** Somebody new, logged in. */
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

  /** Asks for a link to reset the password, and takes the token out of the mail. */
  async resetToken({ email }: Member): Promise<string> {
    await this.auth('forgot-password', { email });
    return this.mailbox.tokenTo(email);
  }

  /** Asks for a link to another address, and takes the token out of the mail. */
  async changeToken({ token }: Member, email: string): Promise<string> {
    await this.auth('change-email', { email, password: PASSWORD }, token);
    return this.mailbox.tokenTo(email);
  }

  /** Lets time pass for all links that were sent. */
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

  /** What the audit trail says of somebody. */
  async eventsOf({ id }: Member): Promise<string[]> {
    const rows = await this.app.dataSource.query<{ action: string }[]>(
      `SELECT action FROM audit_events WHERE subject_id = $1 AND action LIKE 'accounts.%' ORDER BY id`,
      [id],
    );
    return rows.map(({ action }) => action);
  }
}
