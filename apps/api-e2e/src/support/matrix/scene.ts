import { v7 as uuidv7 } from 'uuid';
import { expect } from 'vitest';
import { JobTable } from '@gatehouse/jobs/testing';
import { PaymentsSettings } from '@gatehouse/payments';
import { sandboxCall } from '@gatehouse/payments/testing';
import { failedJob } from '../failed-job.js';
import { inboxItem } from '../inbox-item.js';
import { images } from '../images.js';
import { multipart, multipartBytes, multipartHeaders } from '../multipart.js';
import { type Answer, PASSWORD, type TestApp } from '../test-app.js';
import type { Column } from './row.js';

export interface Person {
  id: string;
  username: string;
  email: string;
  /** Tokens of a separate log-in. */
  token: string;
  refreshToken: string;
}

/** Role of each caller, or of the key's owner. */
const ROLES = {
  user: 'user',
  other: 'user',
  moderator: 'moderator',
  admin: 'admin',
  key: 'admin',
  keyWithoutPermissions: 'admin',
};

let made = 0;

/** A unique name. */
export function newName(): string {
  return `matrix-${++made}`;
}

/** An account that does not exist yet. */
export function newAccount(): { username: string; email: string; password: string } {
  const username = newName();
  return { username, email: `${username}@example.com`, password: PASSWORD };
}

/** Users and resources for one request of the matrix, used by no other request. */
export class Scene {
  private constructor(
    private readonly app: TestApp,
    private readonly admin: string,
    /** Owner of the addressed resource; the caller in the column `owner`. */
    readonly owner: Person,
    /** The caller, or the owner of the API key; `undefined` when anonymous. */
    readonly caller: Person | undefined,
  ) {}

  /** @param admin access token of an administrator, who creates everything */
  static async set(app: TestApp, admin: string, column: Column): Promise<Scene> {
    const owner = await person(app, admin, 'user');
    if (column === 'nobody') return new Scene(app, admin, owner, undefined);
    if (column === 'owner') return new Scene(app, admin, owner, owner);
    return new Scene(app, admin, owner, await person(app, admin, ROLES[column]));
  }

  /** Creates a failed background job. @returns its id */
  failedJob(): Promise<string> {
    return failedJob(this.app.dataSource);
  }

  /** Delivers a notification to the owner. @returns its id */
  inboxItem(): Promise<string> {
    return inboxItem(this.app.dataSource, this.owner.id);
  }

  /** Sends a request, by default as the administrator. @returns the body of the response @throws when it is not 2xx */
  have(method: string, path: string, body?: object, token = this.admin): Promise<Answer['body']> {
    return have(this.app, method, path, body, token);
  }

  async bookId(): Promise<number> {
    const book = { title: newName(), author: 'Matrix', description: '', rating: 3 };
    return (await this.have('POST', '/api/v1/books', book)).id;
  }

  /** Uploads a file of the owner. @returns its id */
  async fileId(): Promise<string> {
    const form = multipart({ name: 'file', filename: `${newName()}.txt`, content: 'Matrix' });
    const { body } = await this.app.request('POST', '/api/v1/files', { token: this.owner.token, ...form });
    return body.id;
  }

  /** Creates a book with a cover. @returns its id */
  async coverOfBook(): Promise<number> {
    const id = await this.bookId();
    await this.picture(`/api/v1/books/${id}/cover`, this.admin);
    return id;
  }

  /** Gives the owner an avatar. */
  avatar(): Promise<void> {
    return this.picture(`/api/v1/users/${this.owner.id}/avatar`, this.owner.token);
  }

  private async picture(path: string, token: string): Promise<void> {
    const raw = multipartBytes({ name: 'file', filename: 'a.png', content: images['image/png']! });
    const { status, text } = await this.app.request('PUT', path, { token, raw, headers: multipartHeaders });
    expect([path, status, text]).toEqual([path, 204, '']);
  }

  /** Creates a checkout of the owner, and a webhook call for it. */
  async declinedPayment(): Promise<ReturnType<typeof sandboxCall>> {
    const checkoutId = uuidv7();
    await this.app.dataSource.query(
      `INSERT INTO checkouts
         (id, feature, reference, user_id, amount_cents, currency, description, provider, expires_at)
       VALUES ($1, 'matrix', $2, $3, 100, 'EUR', 'Matrix', 'sandbox', now())`,
      [checkoutId, newName(), this.owner.id],
    );
    const { webhookSecret } = this.app.app.get(PaymentsSettings);
    return sandboxCall({ checkoutId, amountCents: 100, kind: 'declined' }, webhookSecret);
  }

  /** Waits for the token in the last mail to a recipient. */
  async mailedToken(recipient: string): Promise<string> {
    await new JobTable(this.app.app).workOff('account-recovery.send-reset-link');
    const query = 'SELECT text FROM mails WHERE recipient = $1 ORDER BY id DESC';
    const found = async (): Promise<string | undefined> => {
      const mails = await this.app.dataSource.query<{ text: string }[]>(query, [recipient]);
      return mails.map(({ text }) => /#token=(\S+)/.exec(text)?.[1]).find(Boolean);
    };
    await expect.poll(found).toBeTruthy();
    return (await found())!;
  }
}

/** Creates an API key of the token's user. */
export async function apiKey(app: TestApp, token: string, permissions: string[]): Promise<string> {
  return (await have(app, 'POST', '/api/v1/auth/api-keys', { name: newName(), permissions }, token)).key;
}

async function person(app: TestApp, admin: string, role: string): Promise<Person> {
  const account = newAccount();
  const { id } = await have(app, 'POST', '/api/v1/users', { ...account, role }, admin);
  const { username, password, email } = account;
  const tokens = await have(app, 'POST', '/api/v1/auth/login', { username, password });
  return { id, username, email, token: tokens.access_token, refreshToken: tokens.refresh_token };
}

async function have(
  app: TestApp,
  method: string,
  path: string,
  body?: object,
  token?: string,
): Promise<Answer['body']> {
  const answer = await app.request(method, path, { ...(token && { token }), body });
  if (answer.status >= 300) throw new Error(`${method} ${path} set no scene: ${answer.text}`);
  return answer.body;
}
