import { BusinessRuleProblem, ValidationProblem } from '@gatehouse/http';

/** The sales period. */
export interface EventDates {
  openDate: Date;
  /** `null`: no end. */
  closeDate: Date | null;
}

/** @throws {ValidationProblem} when the event closes before it opens */
export function requireOrder({ openDate, closeDate }: EventDates): void {
  if (!closeDate || closeDate >= openDate) return;
  const message = 'closeDate must not be before openDate';
  throw new ValidationProblem([{ path: 'closeDate', code: 'order', message }]);
}

/** @throws {BusinessRuleProblem} for a session outside the event */
export function requireWithin(date: Date, { openDate, closeDate }: EventDates): void {
  if (date < openDate) throw new BusinessRuleProblem('Session date cannot be before event open date');
  if (closeDate && date > closeDate)
    throw new BusinessRuleProblem('Session date cannot be after event close date');
}
