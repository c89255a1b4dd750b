import type { AddressInfo } from 'node:net';
import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, NestFactory } from '@nestjs/core';
import { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { DataSource } from 'typeorm';
import { CacheStageModule } from '@gatehouse/cache';
import { ConfigModule, Environment } from '@gatehouse/config';
import { DatabaseModule, migrate } from '@gatehouse/database';
import { type Principal, ProblemFilter, RequestContext } from '@gatehouse/http';
import { RedisModule } from '@gatehouse/redis';
import { createTestDatabase } from '@gatehouse/testing';
import { configureBodyParsing, ValidationGuard } from '@gatehouse/validation';
import { CreateBooks1790000100001 } from '../../migrations/1790000100001-create-books.js';
import { SearchInAnyLocale1790000100003 } from '../../migrations/1790000100003-search-in-any-locale.js';
import { BookExportService } from '../book-export.service.js';
import { BookImportService } from '../book-import.service.js';
import { BookTransferController } from '../book-transfer.controller.js';

export interface TransferApp {
  app: NestFastifyApplication;
  dataSource: DataSource;
  databaseUrl: string;
  port: number;
  url: string;
  close(): Promise<void>;
}

/** The two routes alone, with validation and problems, on a database of their own: an existing one, or a new one. */
export async function startTransferApp(databaseUrl?: string): Promise<TransferApp> {
  const database = databaseUrl ? undefined : await createTestDatabase();
  const url = databaseUrl ?? database!.url;
  await migrate({ url, migrations: [CreateBooks1790000100001, SearchInAnyLocale1790000100003] });
  const environment = new Environment();

  @Module({
    imports: [
      ConfigModule.forRoot(environment),
      DatabaseModule.forRoot({ url, poolSize: 3 }),
      RedisModule.forRoot(undefined),
      CacheStageModule,
    ],
    controllers: [BookTransferController],
    providers: [
      { provide: APP_FILTER, useClass: ProblemFilter },
      { provide: APP_GUARD, useClass: ValidationGuard },
      BookImportService,
      BookExportService,
    ],
  })
  class TransferModule {}

  const adapter = new FastifyAdapter({ skipMiddie: true });
  const app = await NestFactory.create<NestFastifyApplication>(TransferModule, adapter, {
    bodyParser: false,
    logger: ['fatal'],
  });
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  fastify.addHook('onRequest', (request, _reply, done) => {
    request.gate = new RequestContext('test');
    const id = request.headers['x-user'];
    if (typeof id === 'string') request.gate.principal = { id } as Principal;
    done();
  });
  configureBodyParsing(fastify);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  return {
    app,
    dataSource: app.get(DataSource),
    databaseUrl: url,
    port,
    url: `http://127.0.0.1:${port}/books`,
    close: async () => {
      await app.close();
      await database?.drop();
    },
  };
}
