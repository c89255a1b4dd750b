import { Injectable } from '@nestjs/common';
import { PermissionCatalogue } from '@gatehouse/permissions';
import { UserPrincipal } from './principals.js';

/** The data of a user from which a principal is created. */
export interface CallerRow {
  id: string;
  username: string;
  role: string;
  /** Names of the permissions held through role or groups. */
  permissions: string[];
}

/** Selects a {@link CallerRow} from the table `users` with alias `u`. */
export const CALLER_COLUMNS = `
  u.id, u.username, u.role,
  ARRAY(SELECT permission FROM user_permissions WHERE user_id = u.id) AS permissions`;

/** Creates principals from the database rows of users. */
@Injectable()
export class PrincipalFactory {
  constructor(private readonly catalogue: PermissionCatalogue) {}

  /** @param sessionId id of the session to which the credentials belong, if any */
  principalOf(caller: CallerRow, sessionId?: string): UserPrincipal {
    const { id, username, role } = caller;
    return new UserPrincipal(id, username, role, sessionId, this.heldBy(caller));
  }

  /** Names of the permissions that a user holds; for an administrator, all declared ones. */
  heldBy({ role, permissions }: Pick<CallerRow, 'role' | 'permissions'>): Pick<ReadonlySet<string>, 'has'> {
    return role === 'admin' ? this.catalogue.declarations : new Set(permissions);
  }
}
