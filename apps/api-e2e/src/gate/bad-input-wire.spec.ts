import { afterAll, describe, expect, it } from 'vitest';
import type { ProblemDocument } from '@gatehouse/http';
import { HostileApp } from '../support/hostile-app.js';
import { ProbeModule } from '../support/probe/probe.module.js';
import { rawRequest } from '../support/raw-request.js';

const target = await HostileApp.start({}, [ProbeModule]);
afterAll(() => target.stop());

const HOST = 'Host: api.example';
const LOGIN = 'POST /api/v1/auth/login HTTP/1.1';
const JSON_TYPE = 'Content-Type: application/json';
const SMUGGLED = 'GET /health/live HTTP/1.1\r\nHost: smuggled\r\n\r\n';

interface RawAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
  /** Data after the first response on the same connection. */
  rest: string;
}

/** Sends lines as the head of a request, then a body; reads the first response. */
async function sendRaw(lines: string[], body = ''): Promise<RawAnswer> {
  const text = await rawRequest(target.app.url, `${lines.join('\r\n')}\r\n\r\n${body}`, 500);
  const [head = '', ...others] = text.split('\r\n\r\n');
  const [status = '', ...fields] = head.split('\r\n');
  const headers = Object.fromEntries(
    fields.map((field) => [field.split(': ')[0]!.toLowerCase(), field.split(': ')[1]!]),
  );
  const after = others.join('\r\n\r\n');
  const length = Number(headers['content-length'] ?? 0);
  return {
    status: Number(status.split(' ')[1]),
    headers,
    body: after.slice(0, length),
    rest: after.slice(length),
  };
}

/** Expects a complete problem document, and a connection that is closed without further responses. */
function expectRefusal(answer: RawAnswer, status: number, slug: string): void {
  expect(answer.status).toBe(status);
  expect(answer.headers).toMatchObject({
    'content-type': 'application/problem+json',
    'x-request-id': expect.stringMatching(/^[\w-]{36}$/),
    'x-process-time': expect.stringMatching(/^\d+\.\d+$/),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'content-security-policy': expect.stringContaining("default-src 'none'"),
    date: expect.stringContaining('GMT'),
  });
  const document = JSON.parse(answer.body) as ProblemDocument;
  expect(document).toMatchObject({
    type: `/problems/${slug}`,
    status,
    requestId: answer.headers['x-request-id'],
  });
  expect(document).toHaveProperty('instance');
  expect(answer.rest).not.toContain('HTTP/1.1 200');
}

describe('Requests that a proxy may interpret differently', () => {
  it.each([
    ['Content-Length and Transfer-Encoding', [LOGIN, HOST, JSON_TYPE, 'Content-Length: 6', 'Transfer-Encoding: chunked'], `0\r\n\r\n${SMUGGLED}`],
    ['Transfer-Encoding and Content-Length', [LOGIN, HOST, JSON_TYPE, 'Transfer-Encoding: chunked', 'Content-Length: 4'], `0\r\n\r\n${SMUGGLED}`],
    ['two different lengths', [LOGIN, HOST, JSON_TYPE, 'Content-Length: 2', 'Content-Length: 4'], `{}${SMUGGLED}`],
    ['two equal lengths', [LOGIN, HOST, JSON_TYPE, 'Content-Length: 2', 'Content-Length: 2'], `{}${SMUGGLED}`],
    ['a list of lengths', [LOGIN, HOST, JSON_TYPE, 'Content-Length: 2, 2'], `{}${SMUGGLED}`],
    ['a negative length', [LOGIN, HOST, JSON_TYPE, 'Content-Length: -1'], '{}'],
    ['a signed length', [LOGIN, HOST, JSON_TYPE, 'Content-Length: +2'], '{}'],
    ['a hexadecimal length', [LOGIN, HOST, JSON_TYPE, 'Content-Length: 0x2'], '{}'],
    ['a length beyond all numbers', [LOGIN, HOST, JSON_TYPE, 'Content-Length: 99999999999999999999'], '{}'],
    ['two transfer codings', [LOGIN, HOST, JSON_TYPE, 'Transfer-Encoding: xchunked', 'Transfer-Encoding: chunked'], '0\r\n\r\n'],
    ['an unknown transfer coding', [LOGIN, HOST, JSON_TYPE, 'Transfer-Encoding: gzip, chunked'], '0\r\n\r\n'],
    ['no chunked at the end', [LOGIN, HOST, JSON_TYPE, 'Transfer-Encoding: identity'], `{}${SMUGGLED}`],
    ['a space before the colon', [LOGIN, HOST, JSON_TYPE, 'Transfer-Encoding : chunked', 'Content-Length: 5'], `0\r\n\r\n${SMUGGLED}`],
    ['a chunk that has no length', [LOGIN, HOST, JSON_TYPE, 'Transfer-Encoding: chunked'], `zz\r\n{}\r\n0\r\n\r\n${SMUGGLED}`],
    ['a folded header', ['GET /health/live HTTP/1.1', HOST, 'X-A: a', ' b'], ''],
    ['bare line feeds', ['GET /health/live HTTP/1.1\nHost: a\n'], ''],
    ['a NUL in a header', ['GET /health/live HTTP/1.1', HOST, 'X-A: a\0b'], ''],
    ['two Hosts', ['GET /health/live HTTP/1.1', HOST, HOST, 'Connection: close'], ''],
    ['no Host', ['GET /health/live HTTP/1.1', 'Connection: close'], ''],
    ['a Host that is none', ['GET /health/live HTTP/1.1', 'Host: a b/c@d', 'Connection: close'], ''],
    ['an unknown method', ['FROB /health/live HTTP/1.1', HOST], ''],
    ['a method in lower case', ['get /health/live HTTP/1.1', HOST], ''],
    ['an unknown version', ['GET /health/live HTTP/3.7', HOST], ''],
    ['no HTTP at all', ['\u0016\u0003\u0001\u0002'], ''],
    ['bytes beyond ASCII in the path', ['GET /api/v1/users/\u00e9\u00ff HTTP/1.1', HOST], ''],
  ])('%s: 400, and what follows is not served', async (_, lines, body) => {
    await target.refuses(async () => {
      expectRefusal(await sendRaw(lines, body), 400, 'malformed-request');
    });
  }); // prettier-ignore

  it('an oversized head is 431, and the client can read the response', async () => {
    for (const header of [`X-A: ${'a'.repeat(70_000)}`, `Cookie: ${'a=b; '.repeat(100_000)}`]) {
      expectRefusal(await sendRaw(['GET /health/live HTTP/1.1', HOST, header]), 431, 'headers-too-large');
    }
    const path = `/${'a'.repeat(70_000)}`;
    expectRefusal(await sendRaw([`GET ${path} HTTP/1.1`, HOST]), 431, 'headers-too-large');
  });

  it('a declared length over 1 MB is 413 before a byte is sent', async () => {
    const lines = [LOGIN, HOST, JSON_TYPE, 'Content-Length: 1048577', 'Connection: close'];
    expectRefusal(await sendRaw(lines), 413, 'payload-too-large');
  });
});

describe('Unusual but valid requests', () => {
  const close = 'Connection: close';

  it('HTTP/1.0, without a Host', async () => {
    const answer = await sendRaw(['GET /health/live HTTP/1.0']);
    expect([answer.status, answer.body]).toEqual([200, '{"status":"ok"}']);
  });

  it('a target in absolute form is the same path', async () => {
    const answer = await sendRaw(['GET http://other.example/health/live?a=1 HTTP/1.1', HOST, close]);
    expect(JSON.parse(answer.body)).toMatchObject({ status: 422, instance: '/health/live' });
    expect((await sendRaw(['GET HTTP://a/api/things/0 HTTP/1.1', HOST, close])).status).toBe(422);
    expect((await sendRaw(['GET http://a HTTP/1.1', HOST, close])).status).toBe(302);
  });

  it('OPTIONS * applies to the server as a whole', async () => {
    const { status, headers, body } = await sendRaw(['OPTIONS * HTTP/1.1', HOST, close]);
    expect([status, body]).toEqual([204, '']);
    expect(headers['allow']).toBe('GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS');
  });

  it('other targets that are not paths are a problem', async () => {
    for (const head of ['GET * HTTP/1.1', 'GET //evil.example/ HTTP/1.1', 'GET /../../etc/passwd HTTP/1.1']) {
      expectRefusal(await sendRaw([head, HOST, close]), 404, 'not-found');
    }
  });

  it('an unknown expectation or upgrade is ignored', async () => {
    expect((await sendRaw(['GET /health/live HTTP/1.1', HOST, close, 'Expect: nonsense'])).status).toBe(200);
    const upgrade = ['GET /health/live HTTP/1.1', HOST, 'Connection: Upgrade', 'Upgrade: nonsense'];
    expect((await sendRaw(upgrade)).status).toBe(200);
  });

  it('CONNECT opens no tunnel', async () => {
    expect(await rawRequest(target.app.url, `CONNECT a:443 HTTP/1.1\r\n${HOST}\r\n\r\n`, 500)).not.toContain(
      ' 200 ',
    );
  });
});
