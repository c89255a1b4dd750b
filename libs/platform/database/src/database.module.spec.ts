import { Injectable, Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
import { Column, DataSource, Entity, PrimaryColumn, Repository } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DatabaseModule } from './database.module.js';
import { ProcessBus } from './process-bus.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

@Entity('notes')
class Note {
  @PrimaryColumn('integer') id: number;
  @Column('text') text: string;
}

@Injectable()
class NotesService implements OnApplicationShutdown {
  constructor(
    @InjectRepository(Note) readonly notes: Repository<Note>,
    readonly bus: ProcessBus,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.notes.insert({ id: 1, text: 'goodbye' });
    await this.bus.publish('notes', 'goodbye');
  }
}

@Module({ imports: [TypeOrmModule.forFeature([Note])], providers: [NotesService] })
class NotesModule {}

describe('DatabaseModule', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database?.drop());

  it('connects at start, and closes after the features have had their last word', async () => {
    const outside = await new DataSource({ type: 'postgres', url: database.url }).initialize();
    await outside.query('CREATE TABLE notes (id integer PRIMARY KEY, text text NOT NULL)');
    const errors = vi.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    const listener = new ProcessBus(database.url);
    const heard: string[] = [];
    listener.subscribe('notes', (text) => void heard.push(text));
    await listener.start();

    @Module({ imports: [DatabaseModule.forRoot({ url: database.url, entities: [Note] }), NotesModule] })
    class AppModule {}
    const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
    expect(app.get(NotesService).bus.connected).toBe(true);
    await app.close();
    await listener.close();

    expect(errors).not.toHaveBeenCalled();
    expect(heard).toEqual(['goodbye']);
    expect(await outside.query('SELECT text FROM notes')).toEqual([{ text: 'goodbye' }]);
    // A server process ends a moment after its connection.
    const left = () =>
      outside.query(
        `SELECT application_name FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`,
      );
    await expect.poll(left).toEqual([]);
    await outside.destroy();
  });

  it('fails the start, soon and without retries, when the database is away', async () => {
    @Module({ imports: [DatabaseModule.forRoot({ url: 'postgres://nobody@127.0.0.1:1/none' })] })
    class AppModule {}
    await expect(
      NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false }),
    ).rejects.toThrow(/ECONNREFUSED/);
  });
});
