import { IsDate } from 'class-validator';
import { composeField, FieldOptions } from './compose-field.js';

/** A `Date`: ISO 8601 text with a time zone on the wire; a date alone is midnight UTC. */
export function DateTimeField(options: FieldOptions = {}): PropertyDecorator {
  const message = '$property must be an ISO 8601 date and time with a time zone';
  const schema = { type: 'string', format: 'date-time', example: '2026-07-01T12:00:00.000Z' };
  return composeField([IsDate({ message })], schema, options);
}
