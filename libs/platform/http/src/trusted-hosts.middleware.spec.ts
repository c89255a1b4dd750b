import type { FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import { TrustedHostsMiddleware } from './trusted-hosts.middleware.js';

const ask = (hosts: string[], hostname: string, url = '/api/v1/books') =>
  new TrustedHostsMiddleware(hosts).before({ hostname, url } as FastifyRequest);

describe('TrustedHostsMiddleware', () => {
  it.each(['api.example.com', 'API.Example.COM', 'a.example.org', 'a.b.example.org'])(
    'answers %j',
    (hostname) => expect(() => ask(['api.example.com', '*.example.org'], hostname)).not.toThrow(),
  );

  it.each([
    'example.com',
    'evil.example',
    'api.example.com.evil.example',
    'example.org',
    'evilexample.org',
    '',
  ])('refuses %j', (hostname) =>
    expect(() => ask(['api.example.com', '*.example.org'], hostname)).toThrow('Unknown host'),
  );

  it('answers every host when none is named', () => expect(() => ask([], 'evil.example')).not.toThrow());

  it('answers health checks by address, and nothing else', () => {
    expect(() => ask(['api.example.com'], '10.0.0.7', '/health/ready')).not.toThrow();
    expect(() => ask(['api.example.com'], '10.0.0.7', '/healthy')).toThrow('Unknown host');
    expect(() => ask(['api.example.com'], '10.0.0.7', '/metrics')).toThrow('Unknown host');
  });
});
