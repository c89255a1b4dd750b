import type { EntityManager } from 'typeorm';
import { found } from '@gatehouse/http';
import { User } from '@gatehouse/users';
import { Group } from './group.entity.js';

const lock = { mode: 'for_key_share' } as const;

/**
 * Checks that a group exists, and keeps it until the transaction ends. Lock it before any user.
 *
 * @throws {NotFoundProblem}
 */
export async function requireGroup(id: string, manager: EntityManager): Promise<void> {
  found(await manager.findOne(Group, { select: { id: true }, where: { id }, lock }), `Group ${id}`);
}

/**
 * Checks that a user exists, and keeps it until the transaction ends.
 *
 * @throws {NotFoundProblem}
 */
export async function requireUser(id: string, manager: EntityManager): Promise<void> {
  found(await manager.findOne(User, { select: { id: true }, where: { id }, lock }), `User ${id}`);
}
