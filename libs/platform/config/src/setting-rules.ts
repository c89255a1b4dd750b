import { isIP } from 'node:net';
import { applyDecorators } from '@nestjs/common';
import { Transform, TransformFnParams } from 'class-transformer';
import { IsBoolean, ValidateBy } from 'class-validator';

const transformText = (read: (text: string) => unknown) =>
  Transform(({ value }: TransformFnParams): unknown => (typeof value === 'string' ? read(value) : value));

/** A rule whose words follow the name of the setting. The value, which may be a secret, is never shown. */
const Rule = (must: string, isGood: (value: unknown) => boolean) =>
  ValidateBy({ name: must, validator: { validate: isGood, defaultMessage: () => `$property ${must}` } });

export const Text = (must: string, isGood: (text: string) => boolean) =>
  Rule(must, (value) => typeof value === 'string' && isGood(value));

/** An integer in decimal digits. */
export const Int = (min: number, max = Number.MAX_SAFE_INTEGER) =>
  applyDecorators(
    transformText((text) => (/^\d+$/.test(text) ? Number(text) : text)),
    Rule(
      max < Number.MAX_SAFE_INTEGER
        ? `must be an integer from ${min} to ${max}`
        : `must be an integer from ${min}`,
      (value) => Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max,
    ),
  );

/** `true` or `1`, `false` or `0`. */
export const Flag = () =>
  applyDecorators(
    transformText((text) => ({ true: true, 1: true, false: false, 0: false })[text] ?? text),
    IsBoolean(),
  );

/** A comma-separated list. */
export const List = (must = 'must be a list', isGood: (item: string) => boolean = () => true) =>
  applyDecorators(
    transformText((text) =>
      text
        .split(',')
        .map((item) => item.trim())
        .filter(Boolean),
    ),
    Rule(must, (value) => Array.isArray(value) && value.every((item) => isGood(item as string))),
  );

/**
 * URL of a server, optionally with user and password. A special character in a password must be percent-encoded:
 * otherwise it ends the password early, and the rest becomes the host or the path.
 * @param form an example
 * @param path pattern of valid paths, including the query
 */
export const ServerUrl = (form: string, schemes: readonly string[], path: RegExp) =>
  Text(
    `must be ${form}, in which all characters of user and password except letters and digits are percent-encoded (%23 for #, %2F for /, %25 for %)`,
    (text) => {
      const scheme = schemes.find((name) => text.startsWith(`${name}://`));
      const url = parse(text);
      if (!scheme || !url || /\s/.test(text)) return false;
      const rest = text.slice(scheme.length + 3).replace(/^[^/?#]*/, '');
      return (
        !/[#@]/.test(rest) &&
        (url.hostname !== '' || url.searchParams.has('host')) &&
        path.test(url.pathname + url.search) &&
        [url.username, url.password, url.pathname].every(isDecodable)
      );
    },
  );

/** With or without a path; two leading slashes in the path would become a host name in a link. */
export const isWebUrl = (text: string): boolean =>
  /^https?:\/\/[^\s\\?#@/]+(?:\/[^\s\\?#@/]+)*\/?$/.test(text) && isDecodable(parse(text)?.pathname ?? '%');

export const isWebOrigin = (text: string): boolean => isWebUrl(text) && /^https?:\/\/[^/]+$/.test(text);

/** A host name or address, with or without a port; a leading `*.` matches every subdomain. */
export const isHostPattern = (text: string): boolean => {
  const host = text.replace(/^\*\./, '');
  return (
    isIP(host) !== 0 ||
    (/^(?!\.)[^\s/\\?#@*]+$/.test(host) && !host.includes('..') && parse(`http://${host}`) !== undefined)
  );
};

function parse(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
