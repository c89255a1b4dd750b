import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REDACTED, redactText, registerSecretKind, registerSecretSetting } from './secrets.js';

const SECRET = 'Zk3vX9qLs3cr3tV4lue';
const JWT = `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.${SECRET}`;

describe('redactText', () => {
  it.each([
    `/x/${JWT}`,
    `/x/-${JWT}`,
    `/x/token%3D${JWT}/y`,
    `a${'-eyJ'.repeat(9)}${JWT}`,
    `Bearer ${SECRET}`,
    `authorization:%20Bearer%20${SECRET}`,
    `postgres://api:${SECRET}@db:5432/app`,
    `password="${SECRET}"`,
    `$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$${SECRET}`,
  ])('hides what standards and names make a secret: %s', (text) => {
    expect(redactText(text)).not.toContain(SECRET);
    expect(redactText(`before ${text} after`)).toMatch(/^before .*\[redacted\].* after$/);
  });

  it('hides every registered kind anywhere in a text', () => {
    const kind = registerSecretKind('zz_');
    for (const text of ['', '/reset/', '/reset/token%3D', 'a thing: ', '"', '-', '_', 'x', '7']) {
      expect(redactText(`${text}${kind}${SECRET}`)).toBe(`${text}${REDACTED}`);
    }
    for (const encoded of [
      `zz%5F${SECRET}`,
      `%7az%5f${SECRET}`,
      `%7A%7a_%5a${SECRET}`,
      `zz_Zk3v%58${SECRET}`,
    ])
      expect(redactText(`/x/${encoded}/y`)).toBe(`/x/${REDACTED}/y`);
    expect(redactText('fizzz_and_buzz, zz_')).toBe('fizzz_and_buzz, zz_');
  });

  it.each([
    ['MAIL_URL', `smtp://api:p%40ss/w%23${SECRET}@mail:587`, [`p@ss/w#${SECRET}`, `p%40ss/w%23${SECRET}`]],
    ['DATABASE_URL', `postgres://api:p@ss/w#${SECRET}1@db/app`, [`p@ss/w#${SECRET}1`]],
    ['ANY_URL', `redis://:${SECRET}2@cache:6379`, [`${SECRET}2`]],
    ['SIGNING_SECRET', `${SECRET}3`, [`${SECRET}3`]],
    ['PREVIOUS_SECRETS', `${SECRET}4,other-${SECRET}5`, [`${SECRET}4`, `other-${SECRET}5`]],
  ])('hides what %s was given', (name, value, secrets) => {
    registerSecretSetting(name, value);
    for (const secret of secrets)
      expect(redactText(`It failed with ${secret}.`)).toBe(`It failed with ${REDACTED}.`);
  });

  it('treats no common word as a secret', () => {
    registerSecretSetting('DATABASE_URL', 'postgres://postgres:postgres@localhost/app');
    registerSecretSetting('TOKEN_TTL', '86400');
    registerSecretSetting('API_KEY', 'short');
    const text = 'postgres is away for 86400 s, shortly; monkeyJumpsAround.over.it';
    expect(redactText(text)).toBe(text);
  });

  it('keeps the placeholder in a description of a URL', () => {
    const text = 'DATABASE_URL must be postgres://user:password@host:port/name';
    expect(redactText(text)).toBe(text);
  });

  it('truncates a long text without splitting a secret', () => {
    expect(redactText('a'.repeat(100_000))).toBe(`${'a'.repeat(8_000)}…`);
    for (let start = 7_900; start < 8_000; start += 7) {
      const text = `${' '.repeat(start)}postgres://api:${SECRET.repeat(10)}@db ${'a'.repeat(9_000)}`;
      expect(redactText(text)).not.toContain(SECRET.slice(0, 4));
    }
  });

  it('keeps a text without secrets', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z /,.]{0,200}$/),
        (text) => redactText(text) === text || /key|pass|token/.test(text),
      ),
    );
  });
});
