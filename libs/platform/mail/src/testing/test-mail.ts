import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ConfigModule, loadEnvironment } from '@gatehouse/config';
import { DatabaseModule, type Migration } from '@gatehouse/database';
import { FailedJob, JobsModule, jobsMigrations } from '@gatehouse/jobs';
import { type JobRow, JobTable } from '@gatehouse/jobs/testing';
import { declarationsOf } from '@gatehouse/modules';
import { createLogger, ObservabilityModule } from '@gatehouse/observability';
import { FeaturesModule } from '@gatehouse/modules';
import { ProcessBusModule } from '@gatehouse/process-bus';
import { MailModule } from '../mail.module.js';
import { MailSettings } from '../mail.settings.js';
import { Mail } from '../mail.entity.js';
import { Mailer } from '../mailer.js';

export const migrations: Migration[] = [
  ...jobsMigrations,
  ...(declarationsOf([MailModule])[0]!.migrations ?? []),
];

/** Mails and their jobs of a simulated separate process. */
export class TestMail extends JobTable {
  /** @param url URL of a migrated database */
  static async start(url: string, variables: Record<string, string>): Promise<TestMail> {
    @Module({
      imports: [
        ConfigModule.forRoot(loadEnvironment({ NODE_ENV: 'development', ...variables }, [MailSettings])),
        ObservabilityModule.forRoot(createLogger('silent')),
        DatabaseModule.forRoot({ url, entities: [Mail, FailedJob], migrations, poolSize: 5 }),
        ProcessBusModule.forRoot(url),
        JobsModule,
        FeaturesModule.forRoot([MailModule]),
      ],
    })
    class TestModule {}
    const options = { logger: ['error' as const], abortOnError: false };
    return new TestMail(await NestFactory.createApplicationContext(TestModule, options));
  }

  /** Queues a mail in a separate transaction. */
  queue(recipient: string, mail: Partial<Mail> = {}): Promise<void> {
    const { subject = 'Hello', text = 'Text', html = '<p>HTML</p>' } = mail;
    return this.dataSource.transaction((manager) =>
      this.context.get(Mailer).queue(recipient, { subject, text, html }, manager),
    );
  }

  mails(): Promise<Mail[]> {
    return this.dataSource.manager.find(Mail, { order: { id: 'ASC' } });
  }

  /** Jobs that send mails. */
  jobs(): Promise<JobRow[]> {
    return this.rows('mail.send');
  }

  stop(): Promise<void> {
    return this.context.close();
  }
}
