import { expect, it } from 'vitest';
import { isOwnHost } from './own-host.js';

const PUBLIC_URL = 'https://gatehouse.example:8443';

it.each([
  '127.0.0.1',
  '192.168.1.20:3000',
  '[::1]',
  '[fe80::1]:3000',
  'localhost',
  'LOCALHOST:3000',
  'gatehouse.example',
  'Gatehouse.Example:3000',
])('%s is an own name', (host) => {
  expect(isOwnHost(host, PUBLIC_URL)).toBe(true);
});

it.each([
  undefined,
  '',
  ':3000',
  'evil.example',
  'evil.example:3000',
  'localhost.evil.example',
  '127.0.0.1.evil.example',
  'evil.gatehouse.example',
  'gatehouse.example.evil.example',
  'localhost:port',
])('%s is none', (host) => {
  expect(isOwnHost(host, PUBLIC_URL)).toBe(false);
});
