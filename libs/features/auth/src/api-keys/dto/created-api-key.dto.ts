import { StringField } from '@gatehouse/validation';
import { ApiKeyDto } from './api-key.dto.js';

/** An API key at the one moment at which it is shown. */
export class CreatedApiKeyDto extends ApiKeyDto {
  @StringField({ description: 'For `X-API-Key`. It is shown this once' })
  key: string;
}
