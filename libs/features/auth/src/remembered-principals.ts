import { Injectable, Scope } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { GRANTS_CHANGED } from '@gatehouse/groups';
import type { Principal } from '@gatehouse/http';
import { ProcessBus } from '@gatehouse/process-bus';
import { USER_CHANGED } from '@gatehouse/users';
import { API_KEY_DELETED, SESSION_REVOKED, SESSIONS_REVOKED } from './auth.topics.js';

/** Credentials that were found to be good, and for how long, in milliseconds since 1970. */
export interface VerifiedPrincipal {
  principal: Principal;
  expiresAt: number;
}

interface Remembered extends VerifiedPrincipal {
  credentials: string;
}

const MAX_ENTRIES = 10_000;

/** Characters of an HMAC-SHA256, and of 256 random bits, in base64url; half of those of ES256. */
const SIGNATURE_LENGTH = 43;

/**
 * Who is behind credentials that were verified before, so that the usual request costs neither a signature nor a
 * query. Right at every moment in every process: what changes is forgotten before the change is answered, and
 * nothing is believed while this process does not hear of changes.
 *
 * Each scheme has one of its own: what is a good cookie is not a good `Authorization` header.
 */
@Injectable({ scope: Scope.TRANSIENT })
export class RememberedPrincipals {
  private readonly entries = new LRUCache<string, Remembered>({ max: MAX_ENTRIES });
  private generation = 0;

  constructor(private readonly bus: ProcessBus) {
    bus.subscribe(SESSION_REVOKED, (sessionId) =>
      this.forget((principal) => principal.sessionId === sessionId),
    );
    bus.subscribe(API_KEY_DELETED, (id) => this.forget((principal) => principal.apiKeyId === id));
    for (const topic of [USER_CHANGED, SESSIONS_REVOKED])
      bus.subscribe(topic, (userId) => this.forget((principal) => principal.id === userId));
    bus.subscribe(GRANTS_CHANGED, () => this.forget(() => true));
    bus.onGap(() => this.forget(() => true));
  }

  /** Who it is, if that is known for sure without asking. */
  find(credentials: string): Principal | undefined {
    if (!this.bus.connected) return undefined;
    const found = this.entries.get(keyOf(credentials));
    const isGood = found?.credentials === credentials && found.expiresAt > Date.now();
    return isGood ? found.principal : undefined;
  }

  /** Finds out who it is, and remembers it unless something changed in the meantime. */
  async learn(credentials: string, verify: () => Promise<VerifiedPrincipal>): Promise<Principal> {
    const { generation } = this;
    const verified = await verify();
    if (generation === this.generation) this.entries.set(keyOf(credentials), { ...verified, credentials });
    return verified.principal;
  }

  private forget(isMeant: (principal: Principal) => boolean): void {
    this.generation++;
    for (const [key, { principal }] of this.entries.entries()) {
      if (isMeant(principal)) this.entries.delete(key);
    }
  }
}

/** The signature, or the secret, alone: to hash the whole token, some 450 characters, takes longer than all the rest. */
function keyOf(credentials: string): string {
  return credentials.slice(-SIGNATURE_LENGTH);
}
