import { type FieldOptions, StringField } from '@gatehouse/validation';

/** The fields of a group, with the rules that every DTO shares and the table enforces. */

export function GroupNameField(options: FieldOptions = {}): PropertyDecorator {
  return StringField({
    min: 1,
    max: 100,
    trim: true,
    description: 'Unique without regard to case.',
    example: 'Editors',
    ...options,
  });
}

export function GroupDescriptionField(options: FieldOptions = {}): PropertyDecorator {
  return StringField({
    max: 500,
    nullable: true,
    example: 'They look after the catalogue',
    ...options,
  });
}
