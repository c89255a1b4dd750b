/** Roles of users, the most powerful first. `admin` has every permission. */
export const roles = ['admin', 'moderator', 'user'] as const;
export type Role = (typeof roles)[number];
