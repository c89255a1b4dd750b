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

  it('answers health checks, and Prometheus by address', () => {
    const hosts = ['api.example.com'];
    expect(() => ask(hosts, '10.0.0.7', '/health/ready')).not.toThrow();
    expect(() => ask(hosts, '10.0.0.7', '/healthy')).toThrow('Unknown host');
    for (const host of ['10.0.0.7', '10.0.0.7:3000', '[fd00::7]:3000'])
      expect(() => ask(hosts, host, '/metrics')).not.toThrow();
    for (const host of ['evil.example', '10.0.0.7.evil.example', '', 'api'])
      expect(() => ask(hosts, host, '/metrics')).toThrow('Unknown host');
    expect(() => ask(hosts, '10.0.0.7', '/metrics/../api')).toThrow('Unknown host');
  });
});
