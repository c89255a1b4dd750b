import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import type { CredentialScheme } from '@gatehouse/authentication';
import type { Principal } from '@gatehouse/http';
import { ApiKeyPrincipal } from '../principals.js';
import { hashApiKey } from './api-key-secret.js';
import { USE_API_KEY } from './api-key.sql.js';
import { type CallerRow, PrincipalFactory } from '../principal-factory.js';
import { InvalidCredentialsProblem } from '../invalid-credentials.problem.js';
import { RememberedPrincipals, VerifiedPrincipal } from '../remembered-principals.js';

/** Milliseconds after which a key is looked up again, which updates its last use. */
const REMEMBERED_MS = 60_000;

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
    private readonly dataSource: DataSource,
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
    const [used] = await this.dataSource.query<UsedKey[]>(USE_API_KEY, [hash]);
    if (!used) throw invalidKey();
    const { apiKeyId, scope, expiresAt } = used;
    const principal = new ApiKeyPrincipal(this.callers.principalOf(used), apiKeyId, new Set(scope));
    const forgetAt = Date.now() + REMEMBERED_MS;
    return { principal, expiresAt: Math.min(forgetAt, expiresAt?.getTime() ?? forgetAt) };
  }
}

function invalidKey(): InvalidCredentialsProblem {
  return new InvalidCredentialsProblem('Invalid API Key');
}
