import { Injectable } from '@nestjs/common';
import { PermissionCatalogue } from '@gatehouse/permissions';
import { UserPrincipal } from './principals.js';

/** What has to be known of a user to make a principal. */
export interface CallerRow {
  id: string;
  username: string;
  role: string;
  /** Names of what the user holds, by role or by group. */
  permissions: string[];
}

/** Selects a {@link CallerRow} of the table `users`, whose alias is `u`. */
export const CALLER_COLUMNS = `
  u.id, u.username, u.role,
  ARRAY(SELECT permission FROM user_permissions WHERE user_id = u.id) AS permissions`;

/** Makes principals of what the database says of users. */
@Injectable()
export class Callers {
  constructor(private readonly catalogue: PermissionCatalogue) {}

  /** @param sessionId of the log-in that the credentials belong to, when there is one */
  principalOf(caller: CallerRow, sessionId?: string): UserPrincipal {
    const { id, username, role } = caller;
    return new UserPrincipal(id, username, role, sessionId, this.heldBy(caller));
  }

  /** Names of the permissions that a user holds: of an administrator, all that are declared. */
  heldBy({ role, permissions }: Pick<CallerRow, 'role' | 'permissions'>): Pick<ReadonlySet<string>, 'has'> {
    return role === 'admin' ? this.catalogue.declarations : new Set(permissions);
  }
}
