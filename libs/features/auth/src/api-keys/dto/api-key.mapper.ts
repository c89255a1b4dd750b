import type { ApiKey } from '../api-key.entity.js';
import type { ApiKeyDto } from './api-key.dto.js';

export function toApiKeyDto(key: ApiKey): ApiKeyDto {
  const { id, name, prefix, permissions, expiresAt, createdAt, lastUsedAt = null } = key;
  return { id, name, prefix, permissions, expiresAt, createdAt, lastUsedAt };
}
