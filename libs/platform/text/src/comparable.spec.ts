import { describe, expect, it } from 'vitest';
import { comparable } from './comparable.js';

describe('comparable', () => {
  it.each([
    ['jos\u00e9', 'jose\u0301'],
    ['JOSÉ', 'josé'],
    ['Straße', 'STRASSE'],
    ['ΟΔΟΣ', 'οδος'],
    ['ｗｉｄｅ', 'wide'],
    ['ﬁre', 'FIRE'],
  ])('is the same for %s and %s', (one, other) => expect(comparable(one)).toBe(comparable(other)));

  it.each([
    ['jose', 'josé'],
    ['nesbo', 'nesbø'],
  ])('differs for %s and %s', (one, other) => expect(comparable(one)).not.toBe(comparable(other)));
});
