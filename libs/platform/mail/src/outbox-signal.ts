import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type {
  DataSource,
  EntityManager,
  EntitySubscriberInterface,
  QueryRunner,
  TransactionCommitEvent,
} from 'typeorm';

/** Tells, in this process, when mails have come into the outbox: after the commit, before which nobody sees them. */
@Injectable()
export class OutboxSignal implements EntitySubscriberInterface {
  private readonly uncommitted = new WeakSet<QueryRunner>();
  private readonly listeners: (() => void)[] = [];

  constructor(@InjectDataSource() dataSource: DataSource) {
    dataSource.subscribers.push(this);
  }

  subscribe(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** @param manager that has just put a mail into the outbox */
  announce({ queryRunner }: EntityManager): void {
    if (queryRunner?.isTransactionActive) this.uncommitted.add(queryRunner);
    else this.tell();
  }

  /** TypeORM calls this after every commit, also of a transaction within another one. */
  afterTransactionCommit({ queryRunner }: TransactionCommitEvent): void {
    if (!queryRunner.isTransactionActive && this.uncommitted.delete(queryRunner)) this.tell();
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}
