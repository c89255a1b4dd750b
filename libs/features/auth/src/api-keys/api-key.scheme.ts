import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { FastifyRequest } from 'fastify';
import type { Repository } from 'typeorm';
import type { CredentialScheme } from '@gatehouse/authentication';
import type { Principal } from '@gatehouse/http';
import { ApiKeyPrincipal, CALLER_COLUMNS, type CallerRow, PrincipalFactory } from '../principals.js';
import { ApiKey } from './api-key.entity.js';
import { hashApiKey } from './api-key-secret.js';
import { InvalidCredentialsProblem } from '../invalid-credentials.problem.js';
import { RememberedPrincipals, VerifiedPrincipal } from '../remembered-principals.js';

/** Milliseconds after which a key is looked up again, which updates its last use. */
const REMEMBERED_MS = 60_000;

/** $1 hash of a key. Records the use of an unexpired key of an active owner, and returns it with its owner. */
const USE_API_KEY = `
  WITH used AS (
    UPDATE api_keys SET last_used_at = now() FROM users
    WHERE key_hash = $1 AND (expires_at IS NULL OR expires_at > now()) AND users.id = user_id AND is_active
      AND users.credentials_version = api_keys.credentials_version
    RETURNING api_keys.id AS "apiKeyId", permissions AS scope, expires_at AS "expiresAt", users.id, username, role
  )
  SELECT "apiKeyId", scope, "expiresAt", ${CALLER_COLUMNS} FROM used u`;

/** A key with its owner. */
interface UsedKey extends CallerRow {
  apiKeyId: string;
  scope: string[];
  expiresAt: Date | null;
}

/** Authenticates callers by `X-API-Key`. Node joins repeated headers with a comma, which no key contains. */
@Injectable()
export class ApiKeyScheme implements CredentialScheme {
  readonly security = {
    apiKey: {
      type: 'apiKey',
      in: 'header',
      name: 'X-API-Key',
      description: 'A key of `POST /auth/api-keys`.',
    },
  } as const;
  readonly isApiKey = true;

  constructor(
    private readonly remembered: RememberedPrincipals,
    private readonly callers: PrincipalFactory,
    @InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>,
  ) {}

  authenticate(request: FastifyRequest): Principal | undefined | Promise<Principal | undefined> {
    const key = request.headers['x-api-key'];
    if (key === undefined) return undefined;
    if (typeof key !== 'string') throw invalidKey();
    return this.remembered.find(key) ?? this.remembered.learn(key, () => this.load(key));
  }

  private async load(key: string): Promise<VerifiedPrincipal> {
    const hash = hashApiKey(key);
    if (!hash) throw invalidKey();
    const [used] = await this.keys.query<UsedKey[]>(USE_API_KEY, [hash]);
    if (!used) throw invalidKey();
    const { apiKeyId, scope, expiresAt } = used;
    const end = expiresAt?.getTime();
    const principal = new ApiKeyPrincipal(this.callers.principalOf(used), apiKeyId, end, new Set(scope));
    const forgetAt = Date.now() + REMEMBERED_MS;
    return { principal, expiresAt: Math.min(forgetAt, end ?? forgetAt) };
  }
}

function invalidKey(): InvalidCredentialsProblem {
  return new InvalidCredentialsProblem('Invalid API Key');
}
