import { Injectable, Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
import { Column, DataSource, Entity, PrimaryColumn, Repository } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@gatehouse/testing';
import { DatabaseModule } from './database.module.js';

@Entity('notes')
class Note {
  @PrimaryColumn('integer') id: number;
  @Column('text') text: string;
}

@Injectable()
class NotesService implements OnApplicationShutdown {
  constructor(@InjectRepository(Note) readonly notes: Repository<Note>) {}

  async onApplicationShutdown(): Promise<void> {
    await this.notes.insert({ id: 1, text: 'goodbye' });
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

  it('connects at start, and closes after the features', async () => {
    const outside = await new DataSource({ type: 'postgres', url: database.url }).initialize();
    await outside.query('CREATE TABLE notes (id integer PRIMARY KEY, text text NOT NULL)');
    const errors = vi.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);

    @Module({ imports: [DatabaseModule.forRoot({ url: database.url, entities: [Note] }), NotesModule] })
    class AppModule {}
    const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
    await app.close();

    expect(errors).not.toHaveBeenCalled();
    expect(await outside.query('SELECT text FROM notes')).toEqual([{ text: 'goodbye' }]);
    // A server process ends shortly after its connection.
    const left = () =>
      outside.query(
        `SELECT application_name FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`,
      );
    await expect.poll(left).toEqual([]);
    await outside.destroy();
  });

  it('fails the start quickly, without retries, when the database is unavailable', async () => {
    @Module({ imports: [DatabaseModule.forRoot({ url: 'postgres://nobody@127.0.0.1:1/none' })] })
    class AppModule {}
    await expect(
      NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false }),
    ).rejects.toThrow(/ECONNREFUSED/);
  });
});
