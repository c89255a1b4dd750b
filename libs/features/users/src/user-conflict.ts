import type { EntityManager } from 'typeorm';
import { onDuplicate } from '@gatehouse/database';
import { ConflictProblem } from '@gatehouse/http';
import { User } from './user.entity.js';

const problems = {
  users_email_key: () => new ConflictProblem('User with this email already exists'),
  users_username_key: () => new ConflictProblem('User with this username already exists'),
};

/** For `catch` after writing a user. */
export const refuseDuplicate = onDuplicate(problems);

/**
 * Refuses a taken name or address before a hash is computed. The write itself is decisive.
 * @throws {ConflictProblem}
 */
export async function refuseTaken(
  { email, username }: Pick<User, 'email' | 'username'>,
  manager: EntityManager,
): Promise<void> {
  const [taken] = await manager.query<{ index: keyof typeof problems }[]>(
    `SELECT CASE WHEN email = $1 THEN 'users_email_key' ELSE 'users_username_key' END AS index
     FROM users WHERE email = $1 OR lower(username) = lower($2) ORDER BY index LIMIT 1`,
    [email, username],
  );
  if (taken) throw problems[taken.index]();
}
