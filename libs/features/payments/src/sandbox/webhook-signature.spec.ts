import { describe, expect, it } from 'vitest';
import { isSignedWebhook, signWebhook } from './webhook-signature.js';

const body = Buffer.from('{"a":1}');
const secret = 'whsec_test';
const at = 1_700_000_000_000;
/** printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac whsec_test */
const digest = '38877139021993b830af32feea6e18a8da83eb2f6e49ee50bd9e4cf4ca4d3789';
const signature = `t=1700000000,v1=${digest}`;

describe('the signature of a webhook', () => {
  it('is HMAC-SHA256 over the time, a dot and the body', () => {
    expect(signWebhook(body, secret, at + 999)).toBe(signature);
  });

  it.each([
    ['at the same moment', signature, 0, true],
    ['five minutes later', signature, 300_000, true],
    ['after that', signature, 300_001, false],
    ['five minutes before, by a slow clock', signature, -300_000, true],
    ['before that', signature, -300_001, false],
    ['with spaces', signature.replace(',', ', '), 0, true],
    ['with a scheme of another time', `${signature},v0=abc`, 0, true],
    ['with another digest besides', signature.replace('v1', `v1=${'0'.repeat(64)},v1`), 0, true],
    ['with upper case', signature.toUpperCase(), 0, false],
    ['of another scheme only', signature.replace('v1', 'v0'), 0, false],
    ['with a time of another form', signature.replace('1700000000', '1.7e9'), 0, false],
    ['without anything', '', 0, false],
    ['without the header', undefined, 0, false],
    ['with the header twice', [signature, signature], 0, false],
  ])('is looked at %s', (_, header, later, expected) => {
    expect(isSignedWebhook(header, body, secret, at + later)).toBe(expected);
  });
});
