import { DataSource } from 'typeorm';
import { AuditModule } from '@gatehouse/audit';
import type { ClientInfo } from '@gatehouse/http';
import { type UserDto, UsersModule, UsersService } from '@gatehouse/users';
import { callerOf, newAccount, startFeatures, type TestFeatures } from '@gatehouse/users/testing';
import { GroupsModule } from './groups.module.js';

export const admin = callerOf('admin');
export const client: ClientInfo = { address: '203.0.113.7', device: 'spec', arrivedAt: 0 };
export const UNKNOWN = '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081';

export const startAccess = (): Promise<TestFeatures> =>
  startFeatures([AuditModule, UsersModule, GroupsModule]);

export const newUser = ({ context }: TestFeatures): Promise<UserDto> =>
  context.get(UsersService).create(newAccount(), admin);

/** Audit entries of this feature about an object, in order: action, actor, address, details. */
export function trailOf({ context }: TestFeatures, subjectId: string): Promise<unknown[]> {
  return context.get(DataSource).query(
    `SELECT action, actor_id AS "actorId", address, details FROM audit_events
       WHERE subject_id = $1 AND action LIKE 'access.%' ORDER BY id`,
    [subjectId],
  );
}

/** Names of the permissions that a user has through role or groups. */
export async function heldBy({ context }: TestFeatures, userId: string): Promise<string[]> {
  const rows = await context
    .get(DataSource)
    .query<{ permission: string }[]>(
      'SELECT permission FROM user_permissions WHERE user_id = $1 ORDER BY permission',
      [userId],
    );
  return rows.map(({ permission }) => permission);
}
