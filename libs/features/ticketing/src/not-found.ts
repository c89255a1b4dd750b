import { NotFoundProblem } from '@gatehouse/http';

/** What a client asks for by an id, and is not there. */
export type Kind = 'Organiser' | 'Event' | 'Session' | 'Category' | 'Ticket';

/** @throws {NotFoundProblem} "Event not found", when there is none */
export function found<T>(row: T | null | undefined, kind: Kind): T {
  if (row === null || row === undefined) throw new NotFoundProblem(`${kind} not found`);
  return row;
}
