import { expect } from 'vitest';
import { call, type CallOptions, type Reply } from './http-client.js';
import { inboxItem } from './inbox-item.js';
import { type Operation, operationsOf } from './operations.js';
import { multipart } from './multipart.js';
import { rowFingerprint } from './row-fingerprint.js';
import { PASSWORD, send, TestApp } from './test-app.js';

const ORIGIN = 'https://client.example';

/** The application without limits, and an administrator who sends invalid requests. */
export class HostileApp {
  private constructor(
    readonly app: TestApp,
    readonly operations: Operation[],
    readonly token: string,
    /** For the routes that take nothing else; a token beside it counts first. */
    readonly apiKey: string,
  ) {}

  static async start(variables: Record<string, string> = {}): Promise<HostileApp> {
    const app = await TestApp.start({ THROTTLE_DISABLED: 'true', ALLOWED_ORIGINS: ORIGIN, ...variables });
    const logIn = await send(app.url, 'POST', '/api/v1/auth/login', {
      body: { username: 'admin', password: PASSWORD },
    });
    const token: string = logIn.body.access_token;
    const book = { title: 'A', author: 'B', description: '', rating: 1 };
    const { body } = await send(app.url, 'POST', '/api/v1/books', { token, body: book });
    const reviews = `/api/v1/books/${body.id}/reviews`;
    const review = await send(app.url, 'POST', reviews, { token, body: { rating: 5, text: 'C' } });
    const group = await send(app.url, 'POST', '/api/v1/groups', { token, body: { name: 'D' } });
    const ticketing = await ticketingIds((path, body) =>
      send(app.url, 'POST', `/api/v1/ticketing/${path}`, { token, body }).then(({ body: { id } }) => id),
    );
    const [{ id: userId }] = await app.dataSource.query(`SELECT id FROM users WHERE username = 'demo'`);
    const [topic] = await app.dataSource.query('SELECT id FROM notification_topics');
    const [admin] = await app.dataSource.query(`SELECT id FROM users WHERE username = 'admin'`);
    const fileId = await uploadText(app.url, token);
    const notificationId = await inboxItem(app.dataSource, admin.id);
    const document = app.app.getHttpAdapter().getInstance().openApiDocument;
    const all = operationsOf(document, (template) =>
      template
        .replace('/books/{id}', `/books/${body.id}`)
        .replace('/files/{id}', `/files/${fileId}`)
        .replace('/groups/{id}', `/groups/${group.body.id}`)
        .replace(/ticketing\/(\w+)\/\{id\}/, (_, kind: string) => `ticketing/${kind}/${ticketing[kind]}`)
        .replace('/topics/{id}', `/topics/${topic.id}`)
        .replace('/notifications/{id}', `/notifications/${notificationId}`)
        .replace('{id}', userId)
        .replace('{author}', 'someone')
        .replace('{groupId}', group.body.id)
        .replace('{name}', 'books.write')
        .replace('{reviewId}', review.body.id)
        .replace('{role}', 'user')
        .replace('{userId}', userId),
    );
    // Actions have another form of errors, and specs of their own.
    const operations = all.filter(({ template }) => !template.startsWith('/api/v0/'));
    const key = { name: 'E', permissions: [] };
    const apiKey = await send(app.url, 'POST', '/api/v1/auth/api-keys', { token, body: key });
    return new HostileApp(app, operations, token, apiKey.body.key);
  }

  stop(): Promise<void> {
    return this.app.stop();
  }

  /** Sends a request as the administrator, from another origin, and checks the CORS headers of the response. */
  async send(method: string, path: string, options: CallOptions = {}): Promise<Reply> {
    const authorization = `Bearer ${this.token}`;
    const headers = { authorization, 'x-api-key': this.apiKey, origin: ORIGIN, ...options.headers };
    const reply = await call(this.app.url, method, path, { ...options, headers });
    expect(reply.headers).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-credentials': 'true',
      vary: expect.stringContaining('Origin'),
    });
    return reply;
  }

  /** Sends a JSON body to an operation. */
  sendJson({ method, path }: Operation, body: string | Buffer, options: CallOptions = {}): Promise<Reply> {
    const headers = { 'content-type': 'application/json', ...options.headers };
    return this.send(method, path, { ...options, headers, body });
  }

  /** Expects that the requests write nothing and cause no 5xx. */
  async refuses(requests: () => Promise<void>): Promise<void> {
    const before = await rowFingerprint(this.app.dataSource);
    await requests();
    expect(await rowFingerprint(this.app.dataSource)).toEqual(before);
    expect(await this.faults()).toEqual([]);
  }

  /** The metrics of 5xx responses, each of which is also logged as an error. */
  async faults(): Promise<string[]> {
    const { text } = await call(this.app.url, 'GET', '/metrics');
    return text.split('\n').filter((line) => /^api_requests_total\{.*status="5/.test(line));
  }
}

/** Uploads a small text. @returns its id */
async function uploadText(url: string, token: string): Promise<string> {
  const form = multipart({ name: 'file', filename: 'a.txt', content: 'a'.repeat(2_000) });
  return (await send(url, 'POST', '/api/v1/files', { token, ...form })).body.id;
}

/** Creates an organiser, an event, a session, a category and a ticket. @returns their ids by path */
async function ticketingIds(
  post: (path: string, body: object) => Promise<string>,
): Promise<Record<string, string>> {
  const organiserId = await post('organisers', { name: 'E' });
  const date = new Date().toISOString();
  const eventId = await post('events', { organiserId, name: 'F', openDate: date });
  const sessionId = await post('sessions', { eventId, name: 'G', date });
  const categoryId = await post('categories', { eventId, name: 'H', priceCents: 0, currency: 'EUR' });
  const ticketId = await post('tickets', { categoryId, sessionId });
  return {
    organisers: organiserId,
    events: eventId,
    sessions: sessionId,
    categories: categoryId,
    tickets: ticketId,
  };
}
