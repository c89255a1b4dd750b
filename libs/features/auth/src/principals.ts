import { Injectable } from '@nestjs/common';
import type { Principal } from '@gatehouse/http';
import { PermissionCatalogue } from '@gatehouse/permissions';

/** The data of a user from which a principal is created. */
export interface CallerRow {
  id: string;
  username: string;
  role: string;
  /** Names of the permissions held through role or groups. */
  permissions: string[];
}

type Credentials = Pick<Principal, 'sessionId' | 'expiresAt'>;

/** Selects a {@link CallerRow} from the table `users` with alias `u`. */
export const CALLER_COLUMNS = `
  u.id, u.username, u.role,
  ARRAY(SELECT permission FROM user_permissions WHERE user_id = u.id) AS permissions`;

/** Creates principals from the database rows of users. */
@Injectable()
export class PrincipalFactory {
  constructor(private readonly catalogue: PermissionCatalogue) {}

  /**
   * The user behind an access token or a session cookie. An administrator holds all declared permissions.
   * @param credentials id of the session to which they belong, and when they expire, if any
   */
  principalOf({ id, username, role, permissions }: CallerRow, credentials: Credentials = {}): Principal {
    const held = role === 'admin' ? this.catalogue.declarations : new Set(permissions);
    return new UserPrincipal(id, username, role, credentials.sessionId, credentials.expiresAt, held);
  }
}

class UserPrincipal implements Principal {
  constructor(
    readonly id: string,
    readonly username: string,
    readonly role: string,
    readonly sessionId: string | undefined,
    readonly expiresAt: number | undefined,
    private readonly held: Pick<ReadonlySet<string>, 'has'>,
  ) {}

  can(permission: string): boolean {
    return this.held.has(permission);
  }
}

/** A program that uses an API key on behalf of the key's owner. */
export class ApiKeyPrincipal implements Principal {
  readonly id: string;
  readonly username: string;
  readonly role: string;

  /** @param scope names of the permissions granted to the key */
  constructor(
    private readonly owner: Principal,
    readonly apiKeyId: string,
    readonly expiresAt: number | undefined,
    private readonly scope: ReadonlySet<string>,
  ) {
    ({ id: this.id, username: this.username, role: this.role } = owner);
  }

  can(permission: string): boolean {
    return this.scope.has(permission) && this.owner.can(permission);
  }
}
