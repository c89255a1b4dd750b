import { InvalidWebhookProblem } from './payment-provider.js';

const MAX_CENTS = 2_147_483_647;
const MAX_ID_LENGTH = 255;

/** @throws {InvalidWebhookProblem} when the body is not a JSON object */
export function parseObject(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (isObject(value)) return value;
  } catch {
    // Reported below, like any other invalid body.
  }
  throw InvalidWebhookProblem.body();
}

/** Requires a part of an event to be an object. @throws {InvalidWebhookProblem} */
export function objectIn(value: unknown): Record<string, unknown> {
  if (!isObject(value)) throw InvalidWebhookProblem.body();
  return value;
}

/** Requires an id of a provider. @throws {InvalidWebhookProblem} */
export function idIn(value: unknown): string {
  if (typeof value !== 'string' || value === '' || value.length > MAX_ID_LENGTH || value.includes('\0')) {
    throw InvalidWebhookProblem.body();
  }
  return value;
}

/** Requires an amount in minor units. @throws {InvalidWebhookProblem} */
export function centsIn(value: unknown): number {
  if (!Number.isSafeInteger(value) || Number(value) < 0 || Number(value) > MAX_CENTS)
    throw InvalidWebhookProblem.body();
  return Number(value);
}

/** Requires a currency, and returns it in upper case. @throws {InvalidWebhookProblem} */
export function currencyIn(value: unknown): string {
  if (typeof value !== 'string' || !/^[a-z]{3}$/i.test(value)) throw InvalidWebhookProblem.body();
  return value.toUpperCase();
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
