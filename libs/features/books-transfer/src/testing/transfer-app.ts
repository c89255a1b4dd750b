import type { AddressInfo } from 'node:net';
import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, NestFactory } from '@nestjs/core';
import { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { CacheStageModule } from '@gatehouse/cache';
import { ConfigModule, Environment } from '@gatehouse/config';
import { Book } from '@gatehouse/books';
import { migrateBooks } from '@gatehouse/books/testing';
import { DatabaseModule } from '@gatehouse/database';
import { type Principal, ProblemFilter, RequestContext } from '@gatehouse/http';
import { ProcessBusModule } from '@gatehouse/process-bus';
import { RedisModule } from '@gatehouse/redis';
import { createTestDatabase } from '@gatehouse/testing';
import { configureBodyParsing, ValidationGuard, ValidationPipe } from '@gatehouse/validation';
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

/** The two routes with validation and problems, on a given or a new database. */
export async function startTransferApp(databaseUrl?: string): Promise<TransferApp> {
  const database = databaseUrl ? undefined : await createTestDatabase();
  const url = databaseUrl ?? database!.url;
  if (database) await migrateBooks(url);
  const environment = new Environment();

  @Module({
    imports: [
      ConfigModule.forRoot(environment),
      DatabaseModule.forRoot({ url, entities: [Book], poolSize: 3 }),
      TypeOrmModule.forFeature([Book]),
      ProcessBusModule.forRoot(url),
      RedisModule.forRoot(undefined),
      CacheStageModule,
    ],
    controllers: [BookTransferController],
    providers: [
      { provide: APP_FILTER, useClass: ProblemFilter },
      { provide: APP_GUARD, useClass: ValidationGuard },
      ValidationPipe,
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
  await configureBodyParsing(fastify);
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
