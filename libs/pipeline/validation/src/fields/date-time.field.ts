import { IsDate } from 'class-validator';
import { composeField, FieldOptions } from './compose-field.js';

/** A `Date`: an RFC 3339 text on the wire, of the years 0000 to 9999 in UTC. */
export function DateTimeField(options: FieldOptions = {}): PropertyDecorator {
  const message = '$property must be an RFC 3339 date and time, such as 2026-01-31T12:00:00Z';
  const schema = { type: 'string', format: 'date-time', example: '2026-07-01T12:00:00.000Z' };
  return composeField([IsDate({ message })], schema, options);
}
