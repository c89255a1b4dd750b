import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Mail } from './mail.entity.js';

const KEPT = 200;

/** Mails that development keeps instead of sending. Ids ascend with time. */
@Injectable()
export class KeptMails {
  constructor(private readonly dataSource: DataSource) {}

  /** Lists mails, newest first, without their contents. */
  list(): Promise<Mail[]> {
    return this.dataSource.manager.find(Mail, {
      select: { id: true, recipient: true, subject: true, createdAt: true },
      order: { id: 'DESC' },
      take: KEPT,
    });
  }

  async get(id: string): Promise<Mail | undefined> {
    return (await this.dataSource.manager.findOneBy(Mail, { id })) ?? undefined;
  }
}

/** Deletes all but the newest mails, skipping those that another transaction is deleting. */
export async function trimKeptMails(manager: EntityManager): Promise<void> {
  await manager.query(
    `DELETE FROM mails WHERE id IN (SELECT id FROM mails ORDER BY id DESC OFFSET $1 FOR UPDATE SKIP LOCKED)`,
    [KEPT],
  );
}
