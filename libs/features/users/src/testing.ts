import { INestApplicationContext, Inject, Module, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuditModule } from '@gatehouse/audit';
import { CacheStageModule } from '@gatehouse/cache';
import { ConfigModule, loadEnvironment } from '@gatehouse/config';
import { DatabaseModule, DatabaseOptions, migrate } from '@gatehouse/database';
import type { Principal } from '@gatehouse/http';
import { JobsModule, jobsMigrations } from '@gatehouse/jobs';
import { declarationsOf, FeaturesModule, settingsOf } from '@gatehouse/modules';
import type { Role } from './roles.js';
import { createLogger, ObservabilityModule } from '@gatehouse/observability';
import { PermissionsModule } from '@gatehouse/permissions';
import { ProcessBus, ProcessBusModule } from '@gatehouse/process-bus';
import { RedisModule } from '@gatehouse/redis';
import { createTestDatabase } from '@gatehouse/testing';
import { ThrottleModule } from '@gatehouse/throttle';
import { UserAccounts } from './user-accounts.js';
import type { CreateUserDto } from './user.dto.js';
import type { User } from './user.entity.js';

/** Features with a separate database, without HTTP. */
export interface TestFeatures {
  readonly context: INestApplicationContext;
  readonly url: string;
  /** A simulated second process on the same database. */
  another(variables?: Record<string, string>): Promise<TestFeatures>;
  stop(): Promise<void>;
}

/** @param chosen features in addition to the audit trail, which all of them use */
export async function startFeatures(
  chosen: Type<unknown>[],
  variables: Record<string, string> = {},
): Promise<TestFeatures> {
  const features = [...new Set([AuditModule, ...chosen])];
  const database = await createTestDatabase();
  const declarations = declarationsOf(features);
  const options: DatabaseOptions = {
    url: database.url,
    entities: declarations.flatMap(({ entities }) => [...(entities ?? [])]),
    migrations: [...jobsMigrations, ...declarations.flatMap(({ migrations }) => [...(migrations ?? [])])],
  };
  await migrate({ url: database.url, migrations: options.migrations! });
  return start(features, options, variables, database.drop);
}

async function start(
  features: Type<unknown>[],
  options: DatabaseOptions,
  variables: Record<string, string>,
  afterwards: () => Promise<void>,
): Promise<TestFeatures> {
  const environment = loadEnvironment(
    {
      NODE_ENV: 'development',
      ARGON2_MEMORY_KIB: '64',
      ARGON2_PASSES: '1',
      WORKER: 'none',
      ...variables,
    },
    settingsOf(features),
  );
  let bus: ProcessBus | undefined;
  @Module({
    imports: [
      ConfigModule.forRoot(environment),
      ObservabilityModule.forRoot(createLogger('silent')),
      DatabaseModule.forRoot(options),
      ProcessBusModule.forRoot(options.url),
      RedisModule.forRoot(environment.REDIS_URL),
      ThrottleModule,
      CacheStageModule,
      JobsModule,
      PermissionsModule,
      FeaturesModule.forRoot(features),
    ],
  })
  class TestModule {
    constructor(@Inject(ProcessBus) started: ProcessBus) {
      bus = started;
    }
  }
  const context = await NestFactory.createApplicationContext(TestModule, {
    logger: ['error'],
    abortOnError: false,
  }).catch(async (error: unknown) => {
    await bus?.close();
    await afterwards();
    throw error;
  });
  return {
    context,
    url: options.url,
    another: (others = {}) => start(features, options, { ...variables, ...others }, async () => undefined),
    stop: async () => {
      await context.close();
      await afterwards();
    },
  };
}

let made = 0;

/** A valid account that no other test uses. */
export function newAccount(changes: Partial<CreateUserDto> = {}): CreateUserDto {
  const name = `user-${process.pid}-${++made}`;
  const account = { username: name, email: `${name}@example.com`, password: 'Passw0rd', tags: [] };
  return { ...account, role: 'user', isActive: true, ...changes };
}

/** A caller with some role; the user need not exist. */
export function callerOf(role: Role, id = '00000000-0000-7000-8000-000000000000'): Principal {
  return { id, username: role, role, can: () => role === 'admin' };
}

/** The active user with this name and password, as a log-in finds it. */
export async function checkPassword(
  { context }: TestFeatures,
  login: string,
  password: string,
): Promise<User | undefined> {
  const accounts = context.get(UserAccounts);
  return accounts.verify(await accounts.find(login), password);
}
