import { MalformedRequestProblem } from '@gatehouse/http';

/** A message as clients send it: `{"event": "say", "data": {…}, "id": 7}`. */
export interface ClientMessage {
  event: string;
  data?: unknown;
  /** Repeated in the answer. */
  id?: string | number;
}

const MEMBERS = new Set(['event', 'data', 'id']);
const MAX_ID_LENGTH = 64;

/** @throws MalformedRequestProblem */
export function parseMessage(text: string): ClientMessage {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    throw new MalformedRequestProblem('The message is not valid JSON');
  }
  if (isMessage(message)) return message;
  throw new MalformedRequestProblem(
    'A message is an object with an "event" and, if need be, "data" and an "id", which is an integer or a text of ' +
      `at most ${MAX_ID_LENGTH} characters`,
  );
}

function isMessage(value: unknown): value is ClientMessage {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { event, id } = value as Partial<ClientMessage>;
  const isId =
    id === undefined ||
    Number.isSafeInteger(id) ||
    (typeof id === 'string' && id.length <= MAX_ID_LENGTH && id.isWellFormed());
  return typeof event === 'string' && isId && Object.keys(value).every((name) => MEMBERS.has(name));
}
