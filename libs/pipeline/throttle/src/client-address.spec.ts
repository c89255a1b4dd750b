import { describe, expect, it } from 'vitest';
import { clientAddress } from './client-address.js';

describe('clientAddress', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::ffff:cb00:7107', '203.0.113.7'],
    ['', 'unknown'],
  ])('%s is %s', (ip, address) => expect(clientAddress(ip)).toBe(address));

  it('groups the addresses of one /64 in any notation, and no others', () => {
    const one = clientAddress('2001:db8:0:7::1');
    for (const same of [
      '2001:db8:0:7:ffff:ffff:ffff:ffff',
      '2001:0DB8:0000:0007::2',
      '2001:db8:0:7::1%eth0',
    ]) {
      expect(clientAddress(same)).toBe(one);
    }
    for (const other of ['2001:db8:0:8::1', '2001:db8::7:0:0:1', '::1', 'fe80::1']) {
      expect(clientAddress(other)).not.toBe(one);
    }
  });

  it.each(['not an address', ':::::', '%', '1.2.3.4.5:6', 'x'.repeat(10_000)])(
    'does not throw on %.20s',
    (text) => {
      expect(typeof clientAddress(text)).toBe('string');
    },
  );
});
