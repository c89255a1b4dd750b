import type { FieldError } from '@gatehouse/http';

/** A DTO with rules between its fields, or with values that depend on other fields. */
export interface Completable {
  /** Runs when each field by itself is valid: fills in what is absent, and returns what is wrong. */
  complete(): FieldError[];
}

export function isCompletable(value: object): value is Completable {
  return typeof (value as Partial<Completable>).complete === 'function';
}
