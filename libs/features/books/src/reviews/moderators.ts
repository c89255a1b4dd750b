import type { Principal } from '@gatehouse/http';
import type { Role } from '@gatehouse/modules';

/** Who may hide reviews, and see hidden ones. */
export const moderatorRoles: readonly Role[] = ['admin', 'moderator'];

export function isModerator(caller: Principal | undefined): boolean {
  return moderatorRoles.some((role) => role === caller?.role);
}
