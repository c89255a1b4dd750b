import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { rewriteUnversioned } from './api-version.js';

function rewrite(url: string, version?: string): string {
  return rewriteUnversioned({ url, headers: { 'x-api-version': version } } as unknown as IncomingMessage);
}

describe('rewriteUnversioned', () => {
  it.each([
    ['/api/books?page=1', undefined, '/api/v1/books?page=1'],
    ['/api/books', '1.0', '/api/v1/books'],
    ['/api/books', '2.0', '/api/v2/books'],
    ['/api/books', '1', '/api/v1/books'],
    ['/api/books', '2', '/api/v2/books'],
    ['/api/books', '1.', '/api/vunknown/books'],
    ['/api/books', '1.1', '/api/vunknown/books'],
    ['/api/books', '1.0.0', '/api/vunknown/books'],
    ['/api/v1/books', '2.0', '/api/v1/books'],
    ['/health/live', '9.0', '/health/live'],
    ['/', undefined, '/'],
    ['*', undefined, '/*'],
  ])('makes of %j with version %j %j', (url, version, expected) => {
    expect(rewrite(url, version)).toBe(expected);
  });

  it('treats a target in absolute form as its path', () => {
    expect(rewrite('http://a.example:80/api/books?q=http://b')).toBe('/api/v1/books?q=http://b');
    expect(rewrite('HTTPS://a.example')).toBe('/');
    expect(rewrite('http://a.example?q=1')).toBe('/?q=1');
  });
});
