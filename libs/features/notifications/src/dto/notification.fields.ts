import { type FieldOptions, StringField } from '@gatehouse/validation';

/** Fields that several DTOs share, with the rules that the table enforces. In characters. */
export const MAX_TITLE = 200;
export const MAX_BODY = 2000;

export function TitleField(options: FieldOptions = {}): PropertyDecorator {
  return StringField({ min: 1, max: MAX_TITLE, trim: true, example: 'Doors open earlier', ...options });
}

export function BodyField(options: FieldOptions = {}): PropertyDecorator {
  return StringField({
    min: 1,
    max: MAX_BODY,
    example: 'On Friday the doors open at 18:00.',
    ...options,
  });
}
