import type { FastifyRequest } from 'fastify';
import { expect, it } from 'vitest';
import { isSameOrigin } from './same-origin.js';

const allowed = ['https://app.example.com'];

it.each<[boolean, string, string, Record<string, string>]>([
  [true, 'https', 'api.example.com', { origin: 'https://api.example.com' }],
  [true, 'https', 'API.example.com', { origin: 'https://api.example.com' }],
  [true, 'https', 'api.example.com:443', { origin: 'https://api.example.com' }],
  [true, 'http', 'localhost:3000', { origin: 'http://localhost:3000' }],
  [true, 'http', '[::1]:3000', { origin: 'http://[::1]:3000' }],
  [true, 'https', 'api.example.com', { origin: 'https://app.example.com' }],
  [true, 'https', 'api.example.com', { 'sec-fetch-site': 'same-origin' }],
  [false, 'https', 'api.example.com', {}],
  [false, 'http', 'api.example.com', { origin: 'https://api.example.com' }],
  [false, 'https', 'api.example.com', { origin: 'https://api.example.com:8443' }],
  [false, 'https', 'api.example.com', { origin: 'null' }],
  [false, 'https', '', { origin: 'null' }],
  [false, 'https', 'a b', { origin: 'undefined' }],
  [false, 'https', 'api.example.com', { origin: 'https://api.example.com, https://evil.example' }],
  [false, 'https', 'api.example.com', { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' }],
  [false, 'https', 'api.example.com', { 'sec-fetch-site': 'same-site' }],
])('%s: %s %s %j', (expected, protocol, host, headers) => {
  expect(isSameOrigin({ protocol, host, headers } as unknown as FastifyRequest, allowed)).toBe(expected);
});
