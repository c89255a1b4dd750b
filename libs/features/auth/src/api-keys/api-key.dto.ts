import { DateTimeField, StringField, StringsField, UuidField } from '@gatehouse/validation';
import type { ApiKey } from './api-key.entity.js';

export class ApiKeyParams {
  @UuidField({ description: 'Id of the API key' })
  id: string;
}

export class CreateApiKeyDto {
  @StringField({ min: 1, max: 100, trim: true, description: 'Purpose of the key', example: 'Nightly import' })
  name: string;

  @StringsField({
    min: 1,
    max: 100,
    maxItems: 100,
    unique: true,
    description: 'Permissions of the key; it never has more than its owner currently has',
    example: [],
  })
  permissions: string[];

  @DateTimeField({
    optional: true,
    description: 'Must be in the future. Default: never',
    example: '2099-12-31T00:00:00.000Z',
  })
  expiresAt?: Date;
}

/** An API key as shown to its owner later, without the key itself. */
export class ApiKeyDto {
  @UuidField({ example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081' })
  id: string;

  @StringField({ example: 'Nightly import' })
  name: string;

  @StringField({ description: 'First characters of the key', example: 'ghk_Zk3vX9qL' })
  prefix: string;

  @StringsField({ maxItems: 100, example: ['books.write'] })
  permissions: string[];

  @DateTimeField({ nullable: true, example: '2099-12-31T00:00:00.000Z' })
  expiresAt: Date | null;

  @DateTimeField({ example: '2026-07-01T12:00:00.000Z' })
  createdAt: Date;

  @DateTimeField({ nullable: true, description: 'Accurate to a minute', example: '2026-07-01T12:00:00.000Z' })
  lastUsedAt: Date | null;
}

/** An API key when it is created, the only time that it is shown. */
export class CreatedApiKeyDto extends ApiKeyDto {
  @StringField({ description: 'For `X-API-Key`. Shown only once' })
  key: string;
}

export function toApiKeyDto(key: ApiKey): ApiKeyDto {
  const { id, name, prefix, permissions, expiresAt, createdAt, lastUsedAt = null } = key;
  return { id, name, prefix, permissions, expiresAt, createdAt, lastUsedAt };
}
