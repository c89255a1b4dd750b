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
    readonly app: TestApp,
    readonly admin: string,
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

  /** A scene in which everything belongs to the administrator. */
  static async ofAdmin(app: TestApp): Promise<Scene> {
    const username = 'admin';
    const tokens = await have(app, 'POST', '/api/v1/auth/login', { username, password: PASSWORD });
    const token: string = tokens.access_token;
    const { id, email } = await have(app, 'GET', '/api/v1/users/me', undefined, token);
    const admin = { id, username, email, token, refreshToken: tokens.refresh_token };
    return new Scene(app, token, admin, admin);
  }

  /** Sends a request, by default as the administrator. @returns the body of the response @throws when it is not 2xx */
  have(method: string, path: string, body?: object, token = this.admin): Promise<Answer['body']> {
    return have(this.app, method, path, body, token);
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
