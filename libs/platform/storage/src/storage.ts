import type { Readable } from 'node:stream';

/** The first and the last byte of a part, counted from 0, both included. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * Stores the contents of files as objects that are written once. Keys are UUIDs v7, so their order is that of their
 * creation. Every method throws {@link UnavailableProblem} while the storage is unavailable or full.
 */
export abstract class Storage {
  /**
   * Stores the bytes of a stream. The object exists once it is complete and durable, and not at all when this throws.
   * @throws the error of the stream
   */
  abstract put(key: string, content: Readable): Promise<void>;

  /** @returns the bytes of an object, or a part of them; `undefined` when it does not exist */
  abstract get(key: string, range?: ByteRange): Promise<Readable | undefined>;

  /** Does nothing when the object does not exist. */
  abstract remove(key: string): Promise<void>;

  /** The keys that were created before a time, in ascending order. */
  abstract keys(before: Date): AsyncIterable<string>;

  /** Removes the remains of objects whose process ended while it stored them, last written before a time. */
  abstract removeUnfinished(before: Date): Promise<void>;

  /** Rejects while the storage is unavailable. Absent when it is on the same machine. */
  check?(): Promise<void>;
}

/** @throws when a key is not a UUID in lower case, since it is part of a path */
export function requireKey(key: string): void {
  if (!/^[\da-f-]{36}$/.test(key)) throw new Error('A key of the storage must be a UUID');
}

/** Earlier keys are less, later ones greater. */
export function firstKeyAt(time: Date): string {
  const milliseconds = time.getTime().toString(16).padStart(12, '0');
  return `${milliseconds.slice(0, 8)}-${milliseconds.slice(8)}-0000-0000-000000000000`;
}
