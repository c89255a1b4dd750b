import { InvalidWebhookProblem } from './payment-provider.js';

const MAX_CENTS = 2_147_483_647;
const MAX_ID_LENGTH = 255;

/** @throws {InvalidWebhookProblem} when the body is no JSON object */
export function parseObject(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (isObject(value)) return value;
  } catch {
    // Told below, as any other body that is no event.
  }
  throw InvalidWebhookProblem.body();
}

/** A part of an event that is an object. @throws {InvalidWebhookProblem} */
export function objectIn(value: unknown): Record<string, unknown> {
  if (!isObject(value)) throw InvalidWebhookProblem.body();
  return value;
}

/** An id of a provider. @throws {InvalidWebhookProblem} */
export function idIn(value: unknown): string {
  if (typeof value !== 'string' || value === '' || value.length > MAX_ID_LENGTH || value.includes('\0')) {
    throw InvalidWebhookProblem.body();
  }
  return value;
}

/** An amount in minor units. @throws {InvalidWebhookProblem} */
export function centsIn(value: unknown): number {
  if (!Number.isSafeInteger(value) || Number(value) < 0 || Number(value) > MAX_CENTS)
    throw InvalidWebhookProblem.body();
  return Number(value);
}

/** A currency, in upper case. @throws {InvalidWebhookProblem} */
export function currencyIn(value: unknown): string {
  if (typeof value !== 'string' || !/^[a-z]{3}$/i.test(value)) throw InvalidWebhookProblem.body();
  return value.toUpperCase();
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
