import { Injectable, Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DatabaseModule } from '@gatehouse/database';
import { createTestDatabase, type TestDatabase } from '@gatehouse/testing';
import { ProcessBus } from './process-bus.js';
import { ProcessBusModule } from './process-bus.module.js';

@Injectable()
class NotesService implements OnApplicationShutdown {
  constructor(
    readonly dataSource: DataSource,
    readonly bus: ProcessBus,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.dataSource.query('SELECT 1');
    await this.bus.publish('notes', 'goodbye');
  }
}

@Module({ providers: [NotesService] })
class NotesModule {}

describe('ProcessBusModule', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database?.drop());

  it('connects at start, and closes after the features', async () => {
    const errors = vi.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    const listener = new ProcessBus(database.url);
    const heard: string[] = [];
    listener.subscribe('notes', (text) => void heard.push(text));
    await listener.start();

    const { url } = database;
    @Module({ imports: [DatabaseModule.forRoot({ url }), ProcessBusModule.forRoot(url), NotesModule] })
    class AppModule {}
    const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
    expect(app.get(NotesService).bus.connected).toBe(true);
    await app.close();
    await listener.close();

    expect(errors).not.toHaveBeenCalled();
    expect(heard).toEqual(['goodbye']);
  });
});
