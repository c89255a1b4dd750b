import { Ajv2020 } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { run } from '../testing/run.js';
import { DateTimeField, StringField, UuidField } from '../index.js';

class Formats {
  @DateTimeField({ optional: true })
  time?: Date;

  @UuidField({ optional: true })
  uuid?: string;

  @StringField({ format: 'uri', max: 2000, optional: true })
  uri?: string;
}

const ajv = new Ajv2020();
ajvFormats.default(ajv);
const schemas = { time: 'date-time', uuid: 'uuid', uri: 'uri' };
const grammars = Object.fromEntries<(value: unknown) => boolean>(
  Object.entries(schemas).map(([name, format]) => [name, ajv.compile({ type: 'string', format })]),
) as Record<keyof typeof schemas, (value: unknown) => boolean>;

/** The accepted value as JSON; `undefined` when it is refused. */
async function keep(name: keyof Formats, text: string): Promise<string | undefined> {
  const { value, errors } = await run(Formats, { [name]: text });
  return errors.length > 0 ? undefined : (JSON.parse(JSON.stringify(value[name])) as string);
}

const pad = (value: number, length = 2) => String(value).padStart(length, '0');
const times = fc
  .record({
    year: fc.oneof(fc.constantFrom(0, 1, 4, 100, 1900, 2000, 2024, 9999), fc.nat(9999)),
    parts: fc.tuple(fc.nat(13), fc.nat(32), fc.nat(25), fc.nat(61), fc.nat(62)),
    joint: fc.constantFrom('T', 't', ' ', '_'),
    fraction: fc.constantFrom('', '.5', '.123456789012', '.'),
    zone: fc.oneof(
      fc.constantFrom('Z', 'z', '', '+00:00', '-00:00', '+14:00', '-23:59', '+24:00', '-0100', '+01'),
      fc
        .tuple(fc.constantFrom('+', '-'), fc.nat(24), fc.nat(60))
        .map(([sign, h, m]) => `${sign}${pad(h)}:${pad(m)}`),
    ),
  })
  .map(({ year, parts: [month, day, hour, minute, second], joint, fraction, zone }) => {
    const date = `${pad(year, 4)}-${pad(month)}-${pad(day)}`;
    return `${date}${joint}${pad(hour)}:${pad(minute)}:${pad(second)}${fraction}${zone}`;
  });

const uriPart = fc.string({
  unit: fc.constantFrom(
    ...'abZ09-._~:/?#[]@!$&\'()*+,;=%{}"\\^`|<> \t\u00e9ü日\u0000',
    '%41',
    '%zz',
    '//',
    'xn--',
  ),
  maxLength: 12,
});
const uris = fc
  .tuple(
    fc.constantFrom('http://', 'https://', 'HTTPS://', 'https:', 'ftp://', ''),
    fc.constantFrom('example.com', 'ex.de:8080', 'münchen.de', '[::1]', 'u:p@h.de', '127.1', ''),
    uriPart,
  )
  .map((parts) => parts.join(''));

describe('a field accepts exactly its documented format', () => {
  it.each<[keyof Formats, fc.Arbitrary<string>]>([
    ['time', fc.oneof(times, fc.string())],
    [
      'uuid',
      fc.oneof(
        fc.uuid(),
        fc.string(),
        fc.stringMatching(/^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/),
      ),
    ],
    ['uri', fc.oneof(uris, fc.webUrl({ withQueryParameters: true, withFragments: true }), fc.string())],
  ])('%s: what is kept, and what is kept of that', async (name, texts) => {
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const kept = await keep(name, text);
        if (kept === undefined) return;
        expect(grammars[name](kept)).toBe(true);
        expect(await keep(name, kept)).toBe(kept);
        if (name !== 'uri') expect(grammars[name](text)).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });

  it('accepts every date and time of the grammar, of the years 0000 to 9999 in UTC', async () => {
    await fc.assert(
      fc.asyncProperty(times, async (text) => {
        // The grammar accepts any time with the offset of a leap second, such as 25:60:00+02:01.
        const isTime = /T([01]\d|2[0-3]):[0-5]\d:.*(Z|[+-]\d\d:\d\d)$/i.test(text);
        const isInGrammar = isTime && grammars.time(text);
        const kept = await keep('time', text);
        if (kept !== undefined) expect(kept).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
        else if (isInGrammar) expect(text).toMatch(/^(0000-01-01|9999-12-31)/);
      }),
      { numRuns: 3_000 },
    );
  });

  it('accepts every UUID of the grammar, and every http and https URI', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.stringMatching(/^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/),
        async (uuid) => {
          expect(await keep('uuid', uuid)).toBe(uuid.toLowerCase());
        },
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.webUrl({ withQueryParameters: true, withFragments: true }), async (url) => {
        expect(await keep('uri', url)).toBe(new URL(url).href);
      }),
    );
  });

  it.each([
    ['2026-01-31t12:00:00z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00:00.123456789+01:30', '2026-01-31T10:30:00.123Z'],
    ['0000-02-29T00:00:00Z', '0000-02-29T00:00:00.000Z'],
    ['0000-01-01T00:00:00-00:00', '0000-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
    ['1990-12-31T15:59:60.5-08:00', '1991-01-01T00:00:00.500Z'],
  ])('keeps the time %s as %s', async (text, kept) => expect(await keep('time', text)).toBe(kept));

  it.each([
    ['https://example.com/ü', 'https://example.com/%C3%BC'],
    ['HTTPS://MÜNCHEN.DE:443', 'https://xn--mnchen-3ya.de/'],
    ['http://example.com/a?b=ü#c', 'http://example.com/a?b=%C3%BC#c'],
    ['http://[2001:DB8::1]:8080/%7Ea/../b', 'http://[2001:db8::1]:8080/b'],
    ['http://localhost', 'http://localhost/'],
  ])('keeps the address %s as %s', async (text, kept) => expect(await keep('uri', text)).toBe(kept));

  it.each([
    'https://example.com/{a}',
    'https://example.com/%zz',
    'https://example.com/%',
    'https://example.com/"',
    'https://example.com\\a',
    'https://example.com/a b',
    ' https://example.com/',
    'https://example.com/\t',
    'https://example.com/\u0000',
    'https://example.com/\ud800',
    'https://user@example.com/',
    'https://user:password@example.com/',
    'https://@example.com/',
    'https://:@example.com/',
    'https://example.com/[a]',
    'https://example.com/?a|b',
    'https://example.com/#a#b',
    'https:example.com',
    'https:///example.com',
    'https://',
    'https://exa mple.com',
    'https://example.com:99999/',
    'https://256.1.1.1/',
    '//example.com/',
    '/a',
    'javascript:alert(1)',
    'ftp://example.com/',
    `https://example.com/${'ü'.repeat(400)}`,
  ])('refuses the address %j', async (text) => expect(await keep('uri', text)).toBeUndefined());
});
