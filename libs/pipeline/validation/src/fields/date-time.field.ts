import { IsDate } from 'class-validator';
import { composeField, FieldOptions } from './compose-field.js';

/** A `Date`: ISO 8601 text with a time zone on the wire; a date alone is midnight UTC. */
export function DateTimeField(options: FieldOptions = {}): PropertyDecorator {
  const message = '$property must be an ISO 8601 date and time with a time zone';
  return composeField([IsDate({ message })], { type: 'string', format: 'date-time' }, options);
}
