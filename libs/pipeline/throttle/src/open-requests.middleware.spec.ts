import { EventEmitter } from 'node:events';
import { Environment } from '@gatehouse/config';
import { RequestContext } from '@gatehouse/http';
import { expect, it } from 'vitest';
import { OpenRequests } from './open-requests.middleware.js';

function start(
  settings: Partial<Environment> = {},
  middleware = new OpenRequests(Object.assign(new Environment(), settings)),
) {
  return (address: string, url = '/', eventStream = false): EventEmitter => {
    const raw = new EventEmitter();
    const request = {
      gate: new RequestContext('id', { address, protocol: 'http', host: '' }),
      url,
      routeOptions: { config: { eventStream } },
    };
    middleware.before(request as never, { raw } as never);
    return raw;
  };
}

const refusal = expect.objectContaining({
  message: 'Too many requests are open',
  headers: expect.objectContaining({ 'retry-after': '5' }),
});

it('allows 600 open requests per client, and another when one of them ends', () => {
  const open = start();
  const responses = Array.from({ length: 600 }, () => open('192.0.2.1'));
  expect(() => open('192.0.2.1')).toThrow(refusal);
  expect(() => open('192.0.2.2')).not.toThrow();
  responses[0]!.emit('close');
  expect(() => open('192.0.2.1')).not.toThrow();
  expect(() => open('192.0.2.1')).toThrow(refusal);
});

it('allows 4,000 per process in total, without counting health checks and event streams', () => {
  const open = start();
  for (let i = 0; i < 4_000; i++) open(`192.0.2.${i % 100}`);
  expect(() => open('198.51.100.1')).toThrow(refusal);
  expect(() => open('198.51.100.1', '/health/live')).not.toThrow();
  expect(() => open('198.51.100.1', '/', true)).not.toThrow();
});

it('allows a client as many as the process in a load test', () => {
  const open = start({ THROTTLE_DISABLED: true });
  for (let i = 0; i < 4_000; i++) open('192.0.2.1');
  expect(() => open('192.0.2.1')).toThrow(refusal);
});
