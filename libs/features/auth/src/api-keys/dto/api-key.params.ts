import { UuidField } from '@gatehouse/validation';

export class ApiKeyParams {
  @UuidField({ description: 'Id of the API key' })
  id: string;
}
