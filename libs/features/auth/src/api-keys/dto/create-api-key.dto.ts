import { DateTimeField, StringField, StringsField } from '@gatehouse/validation';

export class CreateApiKeyDto {
  @StringField({ min: 1, max: 100, trim: true, description: 'What it is for', example: 'Nightly import' })
  name: string;

  @StringsField({
    min: 1,
    max: 100,
    maxItems: 100,
    unique: true,
    description: 'What the key may; never more than its owner may at the moment',
    example: [],
  })
  permissions: string[];

  @DateTimeField({
    optional: true,
    description: 'In the future; not given: never',
    example: '2099-12-31T00:00:00.000Z',
  })
  expiresAt?: Date;
}
