import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { responseChecker } from '@gatehouse/testing';
import { matrix } from '../support/authorization-matrix.js';
import { expectCommonHeaders, expectProblem } from '../support/expect-problem.js';
import { HostileApp } from '../support/hostile-app.js';
import { call, type CallOptions, type Reply } from '../support/http-client.js';
import { encode, KnownThings } from '../support/known-things.js';
import { multipart, multipartHeaders } from '../support/multipart.js';
import { credentialsOf } from '../support/matrix/cell.js';
import type { Ask } from '../support/matrix/row.js';
import { isLong } from '../support/operations.js';
import { Scene } from '../support/matrix/scene.js';
import { EXISTING, faultyOf, resolve, validOf, type Schema } from '../support/schema-arbitrary.js';

const REQUESTS = Number(process.env['FUZZ_REQUESTS'] ?? 1000);
const SEED = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31);
const AT_ONCE = 8;
const MULTIPART = 'multipart/form-data';

/** Minimum percentage of 2xx for each caller. Typical are 11, 29, 47 and 26, a little less in short runs; most operations refuse anonymous callers. */
const FLOORS = { anonymous: 5, user: 20, admin: 38, program: 20 };

/** Operations that cannot succeed for the administrator here, with the reason. All others must. */
const NOT_FOR_ADMIN: Record<string, string> = {
  'DELETE /api/v1/auth/sessions/{id}':
    'ends a session of the caller, and nothing may end those of the administrator',
  'GET /api/v1/protected': 'takes API keys alone',
};

/** An action does what its route does, so it is asked in one of so many runs, and need not succeed. */
const RUNS_PER_ACTION = 3;
const isAction = ({ template }: Operation): boolean => template.startsWith('/api/v0/');

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema: Schema;
  example?: unknown;
}

interface Operation {
  method: string;
  template: string;
  parameters: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema; example?: string }> };
  /** The routes for which an action stands. */
  'x-routes'?: string[];
}

type Who = keyof typeof FLOORS;

/** A generated request; existing resources are chosen when it is sent. */
interface Request {
  who: Who;
  /** Whether it contains no deliberate fault. */
  isValid: boolean;
  /** Values of parameters by name, and the body with its media type. */
  values: Record<string, unknown>;
  /** Selects one of the existing resources. */
  choice: number;
}

/** Operations that change or end a session: they have separate callers. */
const ENDS_LOG_IN =
  /^(POST|DELETE|PATCH) \/api\/v[01]\/(auth\/(logout|refresh|reset-|verify-|change-|sessions?\b)|users\/me)/;
/** Resources shared by the scenes of the matrix, which the fuzzer must not change. */
const SHARED = /\/(grants|topics)\//;

const target = await HostileApp.start();
afterAll(() => target.stop());

const document = target.app.app.getHttpAdapter().getInstance().openApiDocument;
const check = responseChecker(document);
const schemas = (document.components?.schemas ?? {}) as Record<string, Schema>;

/** A GET that takes long is requested with HEAD. */
const operations: Operation[] = Object.entries(document.paths).flatMap(([template, item]) =>
  Object.entries(item as Record<string, Omit<Operation, 'method' | 'template'>>).map(
    ([method, operation]) => ({
      method: method === 'get' && isLong(template) ? 'HEAD' : method.toUpperCase(),
      template,
      parameters: operation.parameters ?? [],
      ...(operation.requestBody && { requestBody: operation.requestBody }),
      ...(operation['x-routes'] && { 'x-routes': operation['x-routes'] }),
    }),
  ),
);

const known = new KnownThings(operations);
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const keyOwner = await Scene.set(target.app, target.token, 'key');
const forKeys = matrix['GET /api/v1/protected']!;
/** A program has a key of an administrator whom nobody else changes, with every permission. */
const credentials: Record<Who, Record<string, string>> = {
  anonymous: {},
  user: bearer(await target.app.loginAs('demo')),
  admin: bearer(await target.app.loginAs('admin')),
  program: (await credentialsOf(target.app, keyOwner, forKeys, 'key')).headers!,
};
for (const { method, path } of target.operations)
  if (method === 'GET' && !isLong(path)) known.learn(await target.send(method, path));

/** Callers and owners that are still logged in. */
const scenes: Record<Who, Scene[]> = { anonymous: [], user: [], admin: [], program: [] };

it(
  `answers ${REQUESTS} requests made of the document as it says (FUZZ_SEED=${SEED})`,
  { timeout: 600_000 },
  async () => {
    console.info(`fuzzing with FUZZ_SEED=${SEED} FUZZ_REQUESTS=${REQUESTS}`);
    const actions = operations.filter(isAction).length;
    const numRuns = Math.ceil(REQUESTS / (operations.length - actions + actions / RUNS_PER_ACTION));
    const perOperation = operations.map((operation, i) =>
      fc.sample(requestOf(operation), { seed: SEED + i, numRuns }),
    );
    const queue = Array.from({ length: numRuns }, (_, run) =>
      operations
        .map((operation, i) => ({ operation, request: perOperation[i]![run]! }))
        .filter(({ operation }) => !isAction(operation) || run % RUNS_PER_ACTION === 0),
    ).flat();
    const problems = new Map<string, string>();
    const counts = { anonymous: [0, 0], user: [0, 0], admin: [0, 0], program: [0, 0] };
    const unreached = new Set(operations.filter((operation) => !isAction(operation)).map(nameOf));
    const work = async () => {
      for (let next = queue.pop(); next; next = queue.pop()) {
        const { operation, request } = next;
        const reply = await answerTo(operation, request);
        const isSuccess = reply.status < 300;
        counts[request.who][0]!++;
        if (isSuccess) counts[request.who][1]!++;
        if (isSuccess && (request.who === 'admin' || nameOf(operation) in NOT_FOR_ADMIN))
          unreached.delete(nameOf(operation));
        for (const text of problemsOf(reply))
          if (!problems.has(text))
            problems.set(
              text,
              `${request.who} ${reply.method} ${reply.path} ${JSON.stringify(request.values)?.slice(0, 500)} → ${reply.text.slice(0, 300)}`,
            );
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    const shares = Object.fromEntries(
      Object.entries(counts).map(([who, [all, successes]]) => [who, Math.round((100 * successes!) / all!)]),
    );
    console.info('percentage of 2xx', shares, 'without 2xx', [...unreached]);
    expect(Object.fromEntries(problems)).toEqual({});
    expect(await target.faults()).toEqual([]);
    // Without successful requests, the rest would show little.
    for (const [who, floor] of Object.entries(FLOORS)) expect(shares[who], who).toBeGreaterThan(floor);
    if (numRuns >= 150) expect([...unreached]).toEqual([]);
  },
);

function requestOf({ parameters, requestBody }: Operation): fc.Arbitrary<Request> {
  const media = Object.entries(requestBody?.content ?? {}).map(([type, { schema, example }]) => ({
    valid: fc.record({
      type: fc.constant(type),
      content: schema.format === 'binary' ? fc.constant(example) : validOf(schema, schemas),
    }),
    faulty: fc.oneof(
      fc.record({ type: fc.constant(type), content: faultyOf(schema, schemas) }),
      fc.record({ type: fc.constant('text/plain'), content: validOf(schema, schemas) }),
    ),
  }));
  const places = [
    ...parameters.map((parameter) => ({ name: parameter.name, ...valuesOf(parameter) })),
    ...(media.length > 0
      ? [
          {
            name: 'body',
            valid: fc.oneof(...media.map(({ valid }) => valid)),
            faulty: fc.oneof(...media.map(({ faulty }) => faulty)),
          },
        ]
      : []),
  ];
  const valid = Object.fromEntries(places.map((place) => [place.name, place.valid]));
  const nearly = places.map((place) => fc.record({ ...valid, [place.name]: place.faulty }));
  const hostile = Object.fromEntries(
    places.map((place) => [place.name, fc.oneof(place.valid, place.faulty)]),
  );
  const kind = (isValid: boolean, values: fc.Arbitrary<Record<string, unknown>>) =>
    fc.record({
      who: fc.constantFrom<Who>('anonymous', 'user', 'admin', 'admin', 'program'),
      isValid: fc.constant(isValid),
      values,
      choice: fc.nat({ max: 10_000 }),
    });
  return fc.oneof(
    { weight: 5, arbitrary: kind(true, fc.record(valid)) },
    { weight: 3, arbitrary: kind(false, nearly.length > 0 ? fc.oneof(...nearly) : fc.record(valid)) },
    { weight: 2, arbitrary: kind(false, fc.record(hostile)) },
  );
}

function valuesOf({ name, in: place, required, schema, example }: Parameter) {
  const drawn = validOf(schema, schemas);
  const valid =
    place === 'header' || name === 'cursor' || schema.title?.startsWith('Id of')
      ? fc.constant(EXISTING)
      : // The callers need the administrator's grants.
        fc.oneof(
          ...(example === undefined || example === 'admin' || schema.format === 'uuid'
            ? []
            : [fc.constant(example)]),
          drawn.filter((value) => value !== 'admin'),
        );
  const none = fc.constant(undefined);
  const faulty = place === 'header' ? headerValue(schema) : faultyOf(schema, schemas);
  return { valid: required ? valid : fc.oneof(...Array<typeof none>(3).fill(none), valid), faulty };
}

/** A value that HTTP allows in a header. */
function headerValue(schema: Schema): fc.Arbitrary<string> {
  const text = faultyOf(schema, schemas).map((value) =>
    String(value)
      .replaceAll(/[^\x20-\x7e]/g, '')
      .trim(),
  );
  return fc.oneof(text, fc.constantFrom('*', '"v1"', 'W/"v1"', '"v99999999999"', ',', 'key-1'));
}

async function answerTo(operation: Operation, { who, isValid, values, choice }: Request): Promise<Reply> {
  const { method, template, parameters } = operation;
  const endsLogIn = ENDS_LOG_IN.test(nameOf(operation));
  const row = matrix[nameOf(operation).replaceAll(/\{(\w+)\}/g, ':$1')];
  // Only the scenes of the authorization matrix know secrets and signatures.
  const isStaged =
    isValid &&
    row?.ask !== undefined &&
    !SHARED.test(template) &&
    (who !== 'admin' || row.statuses.admin < 300) &&
    (endsLogIn || method === 'DELETE' || choice % 3 === 0);
  const scene = endsLogIn || isStaged ? (scenes[who].pop() ?? (await sceneFor(who))) : undefined;
  const ask: Ask = isStaged ? await row.ask!(scene!) : {};

  const path = known.pathOf(template, { ...values, ...ask.params }, choice);
  const headers: Record<string, string> = {};
  const query: string[] = [];
  for (const { name, in: place } of parameters) {
    const value = known.valueOf(name, values[name], path, choice);
    if (value === undefined) continue;
    if (place === 'header') headers[name.toLowerCase()] = String(value);
    else if (place === 'query') query.push(`${name}=${encode(value)}`);
  }
  Object.assign(headers, scene?.caller ? bearer(scene.caller.token) : credentials[who]);
  const sent: CallOptions = { headers };
  const { type, content } = (values['body'] ?? {}) as { type?: string; content?: unknown };
  if (type !== undefined && content !== undefined) {
    const body = ask.body ?? known.bodyOf(content, choice, isValid ? collectionOf(operation) : undefined);
    const form = type === MULTIPART && formOf(operation, body);
    headers['content-type'] = form ? multipartHeaders['content-type'] : type;
    sent.body = form ? form.raw : bodyText(type, body);
  }
  if (typeof ask.raw === 'string') sent.body = ask.raw;
  Object.assign(headers, ask.headers);
  const whole = query.length > 0 ? `${path}?${query.join('&')}` : path;
  const reply = await call(target.app.url, method, whole, sent);
  const isSpent =
    reply.status < 300 ? /auth|users/.test(template) : reply.status === 401 && who !== 'anonymous';
  if (scene && !isSpent) scenes[who].push(scene);
  known.learn(reply);
  return reply;
}

/** Path of the collection to which the `id` of an action belongs. */
function collectionOf({ 'x-routes': routes = [] }: Operation): string | undefined {
  return routes.at(-1)?.split(' ')[1]!.split('/{')[0];
}

/** A program keeps its own key. */
function sceneFor(who: Who): Promise<Scene> {
  const column = ({ anonymous: 'nobody', user: 'owner', admin: 'admin', program: 'nobody' } as const)[who];
  return Scene.set(target.app, target.token, column);
}

/** The fields of a form; without an object, the body is none. */
function formOf({ requestBody }: Operation, body: unknown): ReturnType<typeof multipart> | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
  const { properties = {} } = resolve(requestBody!.content[MULTIPART]!.schema, schemas);
  const parts = Object.entries(body).flatMap(([name, value]) => {
    const isFile = [properties[name], properties[name]?.items].some((field) => field?.format === 'binary');
    return [value].flat().map((content) => ({
      name: encode(name),
      ...(isFile && { filename: 'a.txt' }),
      content: typeof content === 'string' ? content.toWellFormed() : (JSON.stringify(content) ?? ''),
    }));
  });
  return multipart(...parts);
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
  if (status >= 400) expectProblem(reply, status);
  else expectCommonHeaders(reply);
  const isJson = /[/+]json/.test(headers['content-type'] ?? '') && text !== '';
  const found = check(method, path, status, headers, isJson ? (JSON.parse(text) as unknown) : text);
  return status >= 500 ? [...found, `${method} ${path.split('?')[0]} is ${status}`] : found;
}

function nameOf({ method, template }: Operation): string {
  return `${method} ${template}`;
}
