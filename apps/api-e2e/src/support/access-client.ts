import { expect } from 'vitest';
import { ProbeModule } from './probe/probe.module.js';
import { type Answer, PASSWORD, TestApp } from './test-app.js';

export const UNKNOWN = '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081';
export const GROUPS = '/api/v1/groups';
export const PERMISSIONS = '/api/v1/permissions';

export interface Person {
  id: string;
  username: string;
  token: string;
}

export const problemOf = ({ status, body }: Answer): [number, string] => [status, body.detail];
export const memberPath = (groupId: string, userId: string) => `${GROUPS}/${groupId}/members/${userId}`;
export const groupGrant = (name: string, groupId: string) => `${PERMISSIONS}/${name}/grants/group/${groupId}`;
export const roleGrant = (name: string, role: string) => `${PERMISSIONS}/${name}/grants/role/${role}`;

/** An application with users who have the permissions that a spec grants them. */
export class AccessClient {
  private made = 0;

  private constructor(
    readonly app: TestApp,
    readonly admin: string,
    readonly moderator: string,
  ) {}

  static async start(variables: Record<string, string> = {}): Promise<AccessClient> {
    const app = await TestApp.start({ THROTTLE_DISABLED: 'true', ...variables }, [ProbeModule]);
    return new AccessClient(app, await app.loginAs('admin'), await app.loginAs('moderator'));
  }

  stop(): Promise<void> {
    return this.app.stop();
  }

  /** Sends a request, by default as the administrator. */
  send(method: string, path: string, body?: unknown, token = this.admin): Promise<Answer> {
    return this.app.request(method, path, { token, body });
  }

  put(path: string, token?: string): Promise<Answer> {
    return this.send('PUT', path, undefined, token);
  }

  remove(path: string, token?: string): Promise<Answer> {
    return this.send('DELETE', path, undefined, token);
  }

  /** Reads as a moderator. */
  get(path: string): Promise<Answer> {
    return this.send('GET', path, undefined, this.moderator);
  }

  /** A new user, logged in. */
  async person(): Promise<Person> {
    const username = `access-${++this.made}`;
    const account = { username, email: `${username}@example.com`, password: PASSWORD };
    const { body } = await this.send('POST', '/api/v1/users', account);
    return { id: body.id, username, token: await this.app.loginAs(username) };
  }

  /** @returns the id of a new group */
  async group(): Promise<string> {
    return (await this.send('POST', GROUPS, { name: `Group ${++this.made}` })).body.id;
  }

  /** A person in a new group that is granted some permissions. */
  async holderOf(...names: string[]): Promise<Person & { groupId: string }> {
    const [somebody, groupId] = [await this.person(), await this.group()];
    for (const path of [...names.map((name) => groupGrant(name, groupId)), memberPath(groupId, somebody.id)])
      expect((await this.put(path)).status).toBe(204);
    return { ...somebody, groupId };
  }

  /** Status of creating a thing of the probe from an empty body: 422 with its permission `probe.use`, 403 without. */
  async probeStatus(token: string): Promise<number> {
    return (await this.send('POST', '/api/v1/things', {}, token)).status;
  }
}
