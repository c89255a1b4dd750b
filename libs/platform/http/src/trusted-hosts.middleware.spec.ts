import type { FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import { TrustedHostsMiddleware } from './trusted-hosts.middleware.js';

const ask = (hosts: string[], host: string, url = '/api/v1/books') =>
  new TrustedHostsMiddleware(hosts).before({ gate: { host }, url } as FastifyRequest);

describe('TrustedHostsMiddleware', () => {
  it.each([
    'api.example.com',
    'API.Example.COM',
    'api.example.com.',
    'api.example.com:8443',
    'API.example.com.:80',
    'a.example.org',
    'a.b.example.org.:3000',
  ])('answers %j', (host) => expect(() => ask(['api.example.com', '*.example.org'], host)).not.toThrow());

  it.each([
    ['::1', '[::1]:3000'],
    ['[2001:DB8:0:0::1]', '[2001:db8::1]'],
    ['[::1]:3000', '[0:0:0:0:0:0:0:1]'],
    ['127.0.0.1', '127.0.0.1:3000'],
    ['Api.Example.com.:3000', 'api.example.com'],
    ['*.Example.org.', 'a.example.org'],
    ['bücher.example', 'xn--bcher-kva.example'],
  ])('knows %j in %j', (known, host) => {
    expect(() => ask([known], host)).not.toThrow();
    expect(() => ask([known], 'evil.example')).toThrow('Unknown host');
  });

  it.each([
    'example.com',
    'evil.example',
    'api.example.com.evil.example',
    'example.org',
    'evilexample.org',
    'api.example.com..',
    'api.example.com:evil',
    '[::1]',
    '.',
    '',
  ])('refuses %j', (host) =>
    expect(() => ask(['api.example.com', '*.example.org'], host)).toThrow('Unknown host'),
  );

  it('answers every host when none is configured', () => expect(() => ask([], 'evil.example')).not.toThrow());

  it('answers only health checks by address', () => {
    expect(() => ask(['api.example.com'], '10.0.0.7', '/health/ready')).not.toThrow();
    expect(() => ask(['api.example.com'], '10.0.0.7', '/healthy')).toThrow('Unknown host');
    expect(() => ask(['api.example.com'], '10.0.0.7', '/metrics')).toThrow('Unknown host');
  });
});
