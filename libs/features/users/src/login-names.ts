import { domainToASCII } from 'node:url';
import { comparable } from '@gatehouse/text';

/**
 * Refuses invisible characters, which would make addresses look alike. Not in the OpenAPI document, since many
 * languages do not support these character classes.
 */
export const VISIBLE_EMAIL = /^[^\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]*@[!-?A-~]+$/u;

/**
 * The form in which an address is kept and compared: lower case, the local part in NFC (RFC 6531, section 3.2), the
 * domain in its ASCII form (RFC 5891). For other texts the result is not an address either.
 */
export function canonicalEmail(text: string): string {
  const at = text.lastIndexOf('@');
  const local = text
    .slice(0, at + 1)
    .toLowerCase()
    .normalize('NFC');
  const domain = text.slice(at + 1);
  return local + (isInternational(domain) ? domainToASCII(domain) : domain.toLowerCase());
}

/** The form in which a log-in name identifies an account: an email, or a username, which contains no `@`. */
export function canonicalLogin(text: string): string {
  return text.includes('@') ? canonicalEmail(text) : comparable(text);
}

/**
 * Whether a domain has non-ASCII letters, and no character at which a URL parser would truncate it or that it would
 * drop.
 */
function isInternational(domain: string): boolean {
  return (
    /[^\0-\x7f]/.test(domain) &&
    /^[^\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}/?#\\@:%[\]]+$/u.test(domain)
  );
}
