import { checkViolation, foreignKeyViolation } from '@gatehouse/database';

/** Error of the trigger on tickets when a counter has no place left. */
const NO_PLACE = 'ticketing_no_place';

/** Whether a transaction was rolled back because a counter had no place left, or its row was deleted. */
export function hasNoPlace(error: unknown): boolean {
  return checkViolation(error) === NO_PLACE || isSoldThingGone(error);
}

function isSoldThingGone(error: unknown): boolean {
  const broken = foreignKeyViolation(error);
  return broken !== undefined && /^ticketing_tickets_(event|session|category)_id_fkey$/.test(broken);
}
