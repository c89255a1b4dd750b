import { describe, expect, it } from 'vitest';
import { comparable } from './comparable.js';

describe('comparable', () => {
  it.each([
    ['jos\u00e9', 'jose\u0301'],
    ['JOSÉ', 'josé'],
    ['Straße', 'STRASSE'],
    ['Straße', 'STRAẞE'],
    ['ΟΔΟΣ', 'οδος'],
    ['ｗｉｄｅ', 'wide'],
    ['ﬁre', 'FIRE'],
    ['ad\u200bmin', 'admin'],
    ['\u202eadmin', 'admin'],
    ['so\u00adft', 'soft'],
    ['می\u200cخواهم', 'میخواهم'],
    ['star\ufe0f', 'star'],
    ['a\u0323\u200d\u0307', 'a\u0307\u0323'],
  ])('is the same for %s and %s', (one, other) => expect(comparable(one)).toBe(comparable(other)));

  it('is equal for every letter in upper and lower case and in every form, and idempotent', () => {
    for (let code = 0; code < 0x110000; code++) {
      if (code >= 0xd800 && code < 0xe000) continue;
      const letter = String.fromCodePoint(code);
      const key = comparable(letter);
      const forms = [letter.toUpperCase(), letter.toLowerCase(), letter.normalize('NFKD'), key];
      for (const form of forms) if (comparable(form) !== key) expect([letter, form]).toEqual([]);
    }
  });

  it.each([
    ['jose', 'josé'],
    ['nesbo', 'nesbø'],
  ])('differs for %s and %s', (one, other) => expect(comparable(one)).not.toBe(comparable(other)));
});
