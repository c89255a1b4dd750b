import { INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { ConfigModule, loadEnvironment } from '@gatehouse/config';
import { DatabaseModule, type Migration } from '@gatehouse/database';
import { FailedJob, JobsModule, jobsMigrations } from '@gatehouse/jobs';
import { createLogger, ObservabilityModule } from '@gatehouse/observability';
import { ProcessBusModule } from '@gatehouse/process-bus';
import { MailModule } from './mail.module.js';
import { Mail } from './mail.entity.js';
import { Mailer } from './mailer.js';
import { CreateMails1790000000004 } from './migrations/1790000000004-create-mails.js';

export const migrations: Migration[] = [CreateMails1790000000004, ...jobsMigrations];

/** The outbox and its delivery in a process of its own, as far as they can tell. */
export class TestMail {
  private constructor(readonly context: INestApplicationContext) {}

  /** @param url of a migrated database */
  static async start(url: string, variables: Record<string, string>): Promise<TestMail> {
    @Module({
      imports: [
        ConfigModule.forRoot(loadEnvironment({ NODE_ENV: 'development', ...variables })),
        ObservabilityModule.forRoot(createLogger('silent')),
        DatabaseModule.forRoot({ url, entities: [Mail, FailedJob], migrations, poolSize: 5 }),
        ProcessBusModule.forRoot(url),
        JobsModule,
        MailModule,
      ],
    })
    class TestModule {}
    const options = { logger: ['error' as const], abortOnError: false };
    return new TestMail(await NestFactory.createApplicationContext(TestModule, options));
  }

  get dataSource(): DataSource {
    return this.context.get(DataSource);
  }

  /** Queues a mail in a transaction of its own. */
  queue(recipient: string, mail: Partial<Mail> = {}): Promise<void> {
    const { subject = 'Hello', text = 'Text', html = '<p>HTML</p>' } = mail;
    return this.dataSource.transaction((manager) =>
      this.context.get(Mailer).queue(recipient, { subject, text, html }, manager),
    );
  }

  rows(): Promise<Mail[]> {
    return this.dataSource.manager.find(Mail, { order: { id: 'ASC' } });
  }

  /** Moves the clock of all mails that wait, so that they are due. */
  async makeDue(): Promise<void> {
    await this.dataSource.query(`UPDATE mails SET next_attempt_at = now() WHERE next_attempt_at IS NOT NULL`);
  }

  stop(): Promise<void> {
    return this.context.close();
  }
}
