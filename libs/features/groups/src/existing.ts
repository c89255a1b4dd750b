import type { EntityManager } from 'typeorm';
import { NotFoundProblem } from '@gatehouse/http';
import { User } from '@gatehouse/users';
import { Group } from './group.entity.js';

const lock = { mode: 'for_key_share' } as const;

/**
 * Sees to it that a group is there, and stays until the transaction ends. Lock it before any user.
 *
 * @throws {NotFoundProblem}
 */
export async function requireGroup(id: string, manager: EntityManager): Promise<void> {
  const group = await manager.findOne(Group, { select: { id: true }, where: { id }, lock });
  if (!group) throw groupNotFound(id);
}

/**
 * Sees to it that a user is there, and stays until the transaction ends.
 *
 * @throws {NotFoundProblem}
 */
export async function requireUser(id: string, manager: EntityManager): Promise<void> {
  const user = await manager.findOne(User, { select: { id: true }, where: { id }, lock });
  if (!user) throw new NotFoundProblem(`User ${id} not found`);
}

export function groupNotFound(id: string): NotFoundProblem {
  return new NotFoundProblem(`Group ${id} not found`);
}
