import { redactText } from '@gatehouse/text';

const MAX_MESSAGE_LENGTH = 1_000;
const MAX_STACK_LENGTH = 5_000;

/**
 * The part of an error that is stored with the job: its message and where it was thrown, without secrets, in a form
 * that PostgreSQL can store. Drivers attach query parameters to their errors, which must not be stored.
 */
export function reportable(error: unknown): Error {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const kept = new Error(storable(message, MAX_MESSAGE_LENGTH));
  kept.stack = storable(stack ?? '', MAX_STACK_LENGTH);
  return kept;
}

function storable(text: string, length: number): string {
  return redactText(text).replaceAll('\0', '').slice(0, length).toWellFormed();
}
