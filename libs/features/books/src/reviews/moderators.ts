import type { Principal } from '@gatehouse/http';

/** Who may hide reviews, and see hidden ones. */
export const moderatorRoles: readonly string[] = ['admin', 'moderator'];

/** An API key is none: it has permissions of its owner, but never the role. */
export function isModerator(caller: Principal | undefined): boolean {
  return caller?.apiKeyId === undefined && moderatorRoles.some((role) => role === caller?.role);
}
