import { Injectable, Scope } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Principal } from '@gatehouse/http';
import { ProcessBus } from '@gatehouse/process-bus';
import { callerChanges } from './caller-changes.js';

/** Verified credentials, and their expiry in milliseconds since 1970. */
export interface VerifiedPrincipal {
  principal: Principal;
  expiresAt: number;
}

interface Remembered extends VerifiedPrincipal {
  credentials: string;
}

const MAX_ENTRIES = 10_000;

/** Length in base64url of an HMAC-SHA256 or of 256 random bits; half of an ES256 signature. */
const SIGNATURE_LENGTH = 43;

/**
 * Caches the principals of verified credentials, so that a typical request needs neither a signature check nor a
 * query. It is correct at all times in every process: entries are invalidated before a change is confirmed, and none
 * is used while this process does not receive changes. Each scheme has its own instance, since a valid cookie is not
 * a valid `Authorization` header.
 */
@Injectable({ scope: Scope.TRANSIENT })
export class RememberedPrincipals {
  private readonly entries = new LRUCache<string, Remembered>({ max: MAX_ENTRIES });
  private generation = 0;

  constructor(private readonly bus: ProcessBus) {
    for (const { topic, concerns } of callerChanges)
      bus.subscribe(topic, (payload) => this.forget((principal) => concerns(principal, payload)));
    bus.onGap(() => this.forget(() => true));
  }

  /** Returns the principal if it is cached and certain to be current. */
  find(credentials: string): Principal | undefined {
    if (!this.bus.connected) return undefined;
    const found = this.entries.get(keyOf(credentials));
    const isGood = found?.credentials === credentials && found.expiresAt > Date.now();
    return isGood ? found.principal : undefined;
  }

  /** Verifies credentials, and caches the principal unless something changed in the meantime. */
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

/** The signature or secret only: hashing a whole token of some 450 characters takes longer than everything else. */
function keyOf(credentials: string): string {
  return credentials.slice(-SIGNATURE_LENGTH);
}
