import { NameField } from '../../dto/ticketing.fields.js';

export class CreateOrganiserDto {
  @NameField({ max: 100, example: 'Gatehouse Events' })
  name: string;
}
