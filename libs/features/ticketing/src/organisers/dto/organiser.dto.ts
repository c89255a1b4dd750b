import { DateTimeField, UuidField } from '@gatehouse/validation';
import { NameField } from '../../dto/ticketing.fields.js';

export class OrganiserDto {
  @UuidField({ example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081' })
  id: string;

  @NameField({ max: 100, example: 'Gatehouse Events' })
  name: string;

  @DateTimeField({ example: '2026-07-01T12:00:00.000Z' })
  createdAt: Date;
}
