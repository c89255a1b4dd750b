import type { Principal } from '@gatehouse/http';

/** Roles that may hide reviews and see hidden ones. */
export const moderatorRoles: readonly string[] = ['admin', 'moderator'];

/** API keys never count as moderators: they inherit permissions, not the role. */
export function isModerator(caller: Principal | undefined): boolean {
  return caller?.apiKeyId === undefined && moderatorRoles.some((role) => role === caller?.role);
}
