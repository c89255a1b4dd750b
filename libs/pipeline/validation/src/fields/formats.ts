/** RFC 3339, section 5.6. */
const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

const FIRST_MOMENT = Date.parse('0000-01-01T00:00:00Z');
const LAST_MOMENT = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * Parses an RFC 3339 date and time of the years 0000 to 9999 in UTC. A leap second, which can only be the last second
 * of a UTC day, becomes the second after it.
 * @returns `undefined` for any other text
 */
export function parseDateTime(text: string): Date | undefined {
  const match = DATE_TIME.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const [fraction = '', sign, offsetHour = '0', offsetMinute = '0'] = match.slice(7);
  if (hour > 23 || minute > 59 || second > 60 || Number(offsetHour) > 23 || Number(offsetMinute) > 59)
    return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  const offset = Number(offsetHour) * 60 + Number(offsetMinute);
  date.setUTCHours(
    hour,
    minute - (sign === '-' ? -offset : offset),
    second,
    Number(fraction.slice(0, 3).padEnd(3, '0')),
  );
  if (second === 60 && (date.getUTCHours() > 0 || date.getUTCMinutes() > 0)) return undefined;
  return date.getTime() >= FIRST_MOMENT && date.getTime() <= LAST_MOMENT ? date : undefined;
}

/** Characters that the URL standard silently drops, encodes or reinterprets. */
const NO_URI_CHARACTER = /[\0-\x20\x7f"<>\\^`{|}]|%(?![0-9a-f]{2})/i;

/** An absolute `http` or `https` URI of RFC 3986 without credentials, as the URL standard serialises it. */
const URI =
  /^https?:\/\/(?:\[[0-9a-f:.]+\]|[\w\-.~!$&'()*+,;=]+)(?::\d+)?(?:\/(?:[\w\-.~!$&'()*+,;=:@/]|%[0-9a-f]{2})*)(?:\?(?:[\w\-.~!$&'()*+,;=:@/?]|%[0-9a-f]{2})*)?(?:#(?:[\w\-.~!$&'()*+,;=:@/?]|%[0-9a-f]{2})*)?$/i;

/**
 * Returns a web address as the URL standard (https://url.spec.whatwg.org) serialises it: ASCII, with a lower-case
 * host. Any other text is returned unchanged.
 */
export function canonicalUri(text: string): string {
  const isAddress =
    /^https?:\/\/[^/?#@]+(?:[/?#]|$)/i.test(text) && text.isWellFormed() && !NO_URI_CHARACTER.test(text);
  return isAddress && URL.canParse(text) ? new URL(text).href : text;
}

/** Whether a text is a URI in the form that {@link canonicalUri} returns. */
export function isUri(text: unknown): boolean {
  return typeof text === 'string' && URI.test(text) && URL.canParse(text) && new URL(text).href === text;
}
