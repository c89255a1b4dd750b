import type { FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { vi } from 'vitest';
import { GroupsModule } from '@gatehouse/groups';
import { AuditModule } from '@gatehouse/audit';
import type { ClientInfo, Principal } from '@gatehouse/http';
import { MailModule } from '@gatehouse/mail';
import { UsersModule } from '@gatehouse/users';
import { startFeatures, TestFeatures } from '@gatehouse/users/testing';
import { AuthModule } from './auth.module.js';
import { BearerScheme } from './tokens/bearer.scheme.js';

export const startAuth = (variables: Record<string, string> = {}): Promise<TestFeatures> =>
  startFeatures([MailModule, AuditModule, UsersModule, GroupsModule, AuthModule], variables);

/** A client that calls now. */
export function client(changes: Partial<ClientInfo> = {}): ClientInfo {
  return { address: '192.0.2.1', device: 'spec', arrivedAt: performance.now(), ...changes };
}

/** A request with the given `Authorization` headers, as far as the scheme reads it. */
export function requestWith(...authorizations: string[]): FastifyRequest {
  return {
    headers: { authorization: authorizations[0] },
    raw: { rawHeaders: ['Host', 'x', ...authorizations.flatMap((value) => ['Authorization', value])] },
    routeOptions: { config: {} },
  } as unknown as FastifyRequest;
}

/** The principal that a process derives from an access token. */
export async function identify(
  { context }: TestFeatures,
  accessToken: string,
): Promise<Principal | undefined> {
  return context.get(BearerScheme).authenticate(requestWith(`Bearer ${accessToken}`));
}

/** Number of queries that a process makes during the work. */
export async function queriesOf({ context }: TestFeatures, work: () => unknown): Promise<number> {
  const query = vi.spyOn(context.get(DataSource), 'query');
  try {
    await work();
    return query.mock.calls.length;
  } finally {
    query.mockRestore();
  }
}
