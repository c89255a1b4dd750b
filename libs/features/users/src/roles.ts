/** Roles that a user can have, the most powerful first. `admin` may everything. */
export const roles = ['admin', 'moderator', 'user'] as const;
export type Role = (typeof roles)[number];
