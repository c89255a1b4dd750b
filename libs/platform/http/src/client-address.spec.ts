import type { IncomingMessage } from 'node:http';
import { Logger } from '@nestjs/common';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ClientAddresses, normalAddress } from './client-address.js';

describe('normalAddress', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.7:1234', '203.0.113.7'],
    ['"203.0.113.7:1234"', '203.0.113.7'],
    ['203.000.113.007', '203.0.113.7'],
    ['0.0.0.0', '0.0.0.0'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:203.0.113.007', '203.0.113.7'],
    ['::ffff:203.0.113.7:80', '203.0.113.7'],
    ['::ffff:cb00:7107', '203.0.113.7'],
    ['[::ffff:203.0.113.7]:80', '203.0.113.7'],
    ['0:0:0:0:0:ffff:203.0.113.7', '203.0.113.7'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:0db8::0001', '2001:db8::1'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['"[2001:db8::1]"', '2001:db8::1'],
    ['2001:db8:0:1:2:3:4:5', '2001:db8:0:1:2:3:4:5'],
    ['fe80::1%eth0', 'fe80::1'],
    ['[fe80::1%25eth0]:1', 'fe80::1'],
    ['::1', '::1'],
    ['::', '::'],
  ])('%s is %s', (text, address) => expect(normalAddress(text)).toBe(address));

  it.each([
    '',
    'unknown',
    '_hidden',
    '"',
    '256.1.1.1',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.4, 5.6.7.8',
    '0x7f.0.0.1',
    '2130706433',
    '[1.2.3.4',
    '[]',
    '[203.0.113.7]x',
    ':::',
    '2001:db8::1::2',
    'example.com',
    'for=203.0.113.7',
    '0'.repeat(16_000),
    '1.'.repeat(8_000),
    '203.0.113.7\u0000',
  ])('%.30j is none', (text) => expect(normalAddress(text)).toBeUndefined());
});

describe('ClientAddresses', () => {
  const warn = vi.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
  afterEach(() => warn.mockClear());

  const proxies = ['10.0.0.0/8', 'loopback'];

  function request(remoteAddress: string | undefined, headers: Record<string, string> = {}): IncomingMessage {
    return { socket: { remoteAddress }, headers } as unknown as IncomingMessage;
  }

  function ask(forwarded: string, remoteAddress = '10.0.0.1'): string {
    return new ClientAddresses(proxies).of(request(remoteAddress, { 'x-forwarded-for': forwarded })).address;
  }

  it('trusts only the configured proxies', () => {
    expect(ask('203.0.113.7', '198.51.100.1')).toBe('198.51.100.1');
    expect(new ClientAddresses([]).of(request('::ffff:10.0.0.1', { 'x-forwarded-for': 'x' })).address).toBe(
      '10.0.0.1',
    );
    expect(ask('203.0.113.7', '::ffff:10.0.0.1')).toBe('203.0.113.7');
    expect(new ClientAddresses(proxies).of(request(undefined)).address).toBe('');
    expect(warn).not.toHaveBeenCalled();
  });

  it.each([
    ['203.0.113.7:50123', '203.0.113.7'],
    ['[2001:DB8::1]:50123', '2001:db8::1'],
    ['198.51.100.9, 203.0.113.7, 10.0.0.2:80', '203.0.113.7'],
    ['203.0.113.7, , 10.000.000.002,', '203.0.113.7'],
    ['203.0.113.7,10.0.0.2,::ffff:10.0.0.3', '203.0.113.7'],
    [',,', '10.0.0.1'],
    ['10.0.0.9', '10.0.0.9'],
    ['unknown, 203.0.113.7', '203.0.113.7'],
  ])('follows %j to %s', (forwarded, address) => {
    expect(ask(forwarded)).toBe(address);
    expect(warn).not.toHaveBeenCalled();
  });

  it('treats the proxy as the client when it sends an invalid address, and warns once', () => {
    const addresses = new ClientAddresses(proxies);
    for (const forwarded of ['unknown', '_hidden', 'é', 'x'.repeat(5_000), '203.0.113.7, unknown']) {
      const headers = { 'x-forwarded-for': forwarded };
      expect(addresses.of(request('10.0.0.1', headers)).address).toBe('10.0.0.1');
      expect(headers['x-forwarded-for']).toBe('10.0.0.1');
    }
    expect(addresses.of(request('10.0.0.1', { 'x-forwarded-for': 'unknown, 10.0.0.2' })).address).toBe(
      '10.0.0.2',
    );
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn.mock.calls[0]![0]).toContain('10.0.0.1');
  });

  it('follows at most 32 proxies', () => {
    expect(ask(['203.0.113.7', ...Array(10).fill('10.0.0.2')].join())).toBe('203.0.113.7');
    expect(ask(['203.0.113.7', ...Array(2_000).fill('10.0.0.2')].join())).toBe('10.0.0.2');
    expect(ask(`203.0.113.7${','.repeat(10_000)}`)).toBe('10.0.0.1');
  });

  it.each([
    ['https,http', 'https'],
    ['HTTPS', 'https'],
    [' Https , http', 'https'],
    ['http, https', 'http'],
    ['gopher', undefined],
    ['', undefined],
  ])('takes X-Forwarded-Proto %j for %s', (protocol, expected) => {
    const headers = { 'x-forwarded-proto': protocol };
    const { protocol: found } = new ClientAddresses(proxies).of(request('10.0.0.1', headers));
    expect(headers['x-forwarded-proto']).toBe(expected);
    expect(found).toBe(expected ?? 'http');
    const unknown = { 'x-forwarded-proto': protocol };
    expect(new ClientAddresses(proxies).of(request('203.0.113.7', unknown)).protocol).toBe('http');
  });

  it.each([
    ['10.0.0.1', 'a.example', 'a.example'],
    ['10.0.0.1', 'evil.example, a.example:8443', 'a.example:8443'],
    ['10.0.0.1', '', 'own.example'],
    ['203.0.113.7', 'a.example', 'own.example'],
  ])('of %s, takes X-Forwarded-Host %j for %s', (peer, forwarded, expected) => {
    const headers = { host: 'own.example', 'x-forwarded-host': forwarded };
    expect(new ClientAddresses(proxies).of(request(peer, headers)).host).toBe(expected);
  });
});
