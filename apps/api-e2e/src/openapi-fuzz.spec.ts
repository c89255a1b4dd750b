import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { responseChecker } from '@gatehouse/testing';
import { arbitraryOf, type Schema } from './support/schema-arbitrary.js';
import { expectCommonHeaders } from './support/expect-problem.js';
import { HostileApp } from './support/hostile-app.js';
import { call, type CallOptions, type Reply } from './support/http-client.js';
import { PASSWORD, send } from './support/test-app.js';

const REQUESTS = Number(process.env['FUZZ_REQUESTS'] ?? 1000);
const SEED = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31);
const AT_ONCE = 8;

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema: Schema;
}

interface Operation {
  method: string;
  template: string;
  parameters: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}

/** A request before it is sent: ids that exist are chosen when it is. */
interface Request {
  who: 'anonymous' | 'user' | 'admin';
  values: Record<string, unknown>;
  knownId: number | undefined;
  type: string | undefined;
  body: unknown;
}

const target = await HostileApp.start();
afterAll(() => target.stop());

const document = target.app.app.getHttpAdapter().getInstance().openApiDocument;
const check = responseChecker(document);
const schemas = (document.components?.schemas ?? {}) as Record<string, Schema>;

/** The stream of availability has no end; its HEAD says the same. */
const operations: Operation[] = Object.entries(document.paths).flatMap(([template, item]) =>
  Object.entries(item as Record<string, Omit<Operation, 'method' | 'template'>>).map(
    ([method, operation]) => ({
      method: template.endsWith('/availability') ? 'HEAD' : method.toUpperCase(),
      template,
      parameters: operation.parameters ?? [],
      ...(operation.requestBody && { requestBody: operation.requestBody }),
    }),
  ),
);

/** Ids of what there is and of what was made, by the template of their collection. */
const ids = new Map<string, string[]>();
const tokens = new Map<string, string>();
for (const { template, path } of target.operations) {
  const id = /\{id\}/.test(template) && path.split('/')[template.split('/').indexOf('{id}')];
  if (id) remember(collectionOf(template), id);
}

it(
  `answers ${REQUESTS} requests made of the document as it says (FUZZ_SEED=${SEED})`,
  { timeout: 600_000 },
  async () => {
    console.info(`fuzzing with FUZZ_SEED=${SEED} FUZZ_REQUESTS=${REQUESTS}`);
    const numRuns = Math.ceil(REQUESTS / operations.length);
    const perOperation = operations.map((operation, i) =>
      fc.sample(requestOf(operation), { seed: SEED + i, numRuns }),
    );
    const queue = Array.from({ length: numRuns }, (_, run) =>
      operations.map((operation, i) => ({ operation, request: perOperation[i]![run]! })),
    ).flat();
    const problems = new Map<string, string>();
    const statuses = new Map<string, number>();
    const work = async () => {
      for (let next = queue.pop(); next; next = queue.pop()) {
        const reply = await answerTo(next.operation, next.request);
        const kind = `${next.request.who} ${Math.floor(reply.status / 100)}xx`;
        statuses.set(kind, (statuses.get(kind) ?? 0) + 1);
        for (const text of problemsOf(reply))
          if (!problems.has(text))
            problems.set(
              text,
              `${next.request.who} ${reply.method} ${reply.path} ${JSON.stringify(next.request.body)?.slice(0, 300)} → ${reply.text.slice(0, 300)}`,
            );
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    console.info(Object.fromEntries([...statuses].sort()));
    expect(Object.fromEntries(problems)).toEqual({});
    expect(await target.faults()).toEqual([]);
    // Without requests that pass, of every caller, the rest would show little.
    for (const kind of ['anonymous 2xx', 'user 2xx', 'admin 2xx', 'admin 4xx'])
      expect(statuses.get(kind)).toBeGreaterThan(0);
  },
);

function requestOf({ parameters, requestBody }: Operation): fc.Arbitrary<Request> {
  const values = Object.fromEntries(
    parameters.map(({ name, in: place, required, schema }) => {
      const value = place === 'header' ? headerValue(schema) : arbitraryOf(schema, schemas);
      return [name, required ? value : fc.option(value, { nil: undefined, freq: 1 })];
    }),
  );
  const content = Object.entries(requestBody?.content ?? {});
  const types = content.map(([type]) => type);
  const body = content[0]?.[1].schema;
  return fc.record({
    who: fc.constantFrom<Request['who']>('anonymous', 'user', 'admin', 'admin'),
    values: fc.record(values),
    // Three of four requests name what there is.
    knownId: fc.option(fc.nat(), { nil: undefined, freq: 3 }),
    type: fc.constantFrom(...types, ...types, ...types, 'text/plain'),
    body: body ? arbitraryOf(body, schemas) : fc.constant(undefined),
  });
}

/** What HTTP lets a header be. */
function headerValue(schema: Schema): fc.Arbitrary<string> {
  const text = arbitraryOf(schema, schemas).map((value) =>
    String(value)
      .replaceAll(/[^\x20-\x7e]/g, '')
      .trim(),
  );
  return fc.oneof(text, fc.constantFrom('*', '"v1"', 'W/"v1"', '"v99999999999"', ',', 'key-1'));
}

async function answerTo(operation: Operation, { who, values, knownId, type, body }: Request): Promise<Reply> {
  const { method, template, parameters } = operation;
  const headers: Record<string, string> = {};
  const query: string[] = [];
  let path = template;
  for (const { name, in: place } of parameters) {
    const value = values[name];
    if (value === undefined) continue;
    if (place === 'header') headers[name.toLowerCase()] = String(value);
    else if (place === 'query') query.push(`${name}=${encode(value)}`);
    else
      path = path.replace(
        `{${name}}`,
        (name === 'id' && knownOf(template, knownId)) || encode(value).slice(0, 150) || 'x',
      );
  }
  const sent: CallOptions = { headers };
  if (who !== 'anonymous') headers['authorization'] = `Bearer ${await tokenOf(who)}`;
  if (type !== undefined && body !== undefined) {
    headers['content-type'] = type;
    sent.body = bodyText(type, body);
  }
  const reply = await call(
    target.app.url,
    method,
    query.length > 0 ? `${path}?${query.join('&')}` : path,
    sent,
  );
  // Some requests end the session that they are made with.
  if (reply.status === 401) tokens.delete(who);
  const id: unknown = reply.status === 201 ? (JSON.parse(reply.text) as { id?: unknown }).id : undefined;
  if (id !== undefined) remember(template, String(id));
  return reply;
}

function bodyText(type: string, body: unknown): string {
  if (typeof body === 'string') return body;
  if (!type.includes('form') || typeof body !== 'object' || body === null) return JSON.stringify(body) ?? '';
  return Object.entries(body)
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&');
}

function problemsOf(reply: Reply): string[] {
  const { method, path, status, headers, text } = reply;
  expectCommonHeaders(reply);
  const isJson = /[/+]json/.test(headers['content-type'] ?? '') && text !== '';
  const found = check(method, path, status, headers, isJson ? (JSON.parse(text) as unknown) : text);
  return status >= 500 ? [...found, `${method} ${path.split('?')[0]} is ${status}`] : found;
}

async function tokenOf(username: string): Promise<string> {
  const known = tokens.get(username);
  if (known) return known;
  const name = username === 'admin' ? 'admin' : 'moderator';
  const { body } = await send(target.app.url, 'POST', '/api/v1/auth/login', {
    body: { username: name, password: PASSWORD },
  });
  const token = (body as { access_token?: string }).access_token ?? target.token;
  tokens.set(username, token);
  return token;
}

function knownOf(template: string, choice: number | undefined): string | undefined {
  const known = ids.get(collectionOf(template));
  return choice === undefined || !known ? undefined : known[choice % known.length];
}

function remember(collection: string, id: string): void {
  const known = ids.get(collection) ?? [];
  ids.set(collection, [...known.slice(-4), id]);
}

function collectionOf(template: string): string {
  return template.split('/{')[0]!;
}

function encode(value: unknown): string {
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text.isWellFormed() ? encodeURIComponent(text) : '%ed%a0%80';
}
