/** A part of an upload that should be a book. */
export interface ImportRecord<T> {
  /** Number of its first line, from 1. */
  line: number;
  value: T;
}

/** A record that cannot be imported, with the reason. */
export interface Rejection {
  line: number;
  reason: string;
}

export function isRejection(record: object): record is Rejection {
  return 'reason' in record;
}

export const NOT_TEXT = 'The text is not valid UTF-8, or contains NUL characters';

export function tooLong(limit: number): string {
  return `The record is longer than ${limit} characters`;
}
