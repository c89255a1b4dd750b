import { applyDecorators } from '@nestjs/common';
import { Check, Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** What event, session and category have in common: each limits the places that are sold of it. */
export abstract class LimitedEntity {
  /** UUID v7. */
  @PrimaryColumn('uuid')
  id: string;

  @Column('varchar', { length: 200 })
  name: string;

  /** `null`: unlimited. */
  @Column('integer', { nullable: true })
  quota: number | null;

  /** Maximum places per user. */
  @Column('integer', { nullable: true })
  userQuota: number | null;

  /** Places of pending and confirmed tickets. Maintained only by the trigger on tickets. */
  @Column({ type: 'integer', default: 0, insert: false, update: false })
  usedQuota: number;

  @Column('boolean', { default: false })
  disabled: boolean;

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  createdAt: Date;
}

/** An entity with the constraints of {@link LimitedEntity}, which are named after its table. */
export function Limited(table: string): ClassDecorator {
  return applyDecorators(
    Entity(table),
    Check(`${table}_name_check`, `name = btrim(name) AND name <> ''`),
    Check(`${table}_quota_check`, 'quota >= 1'),
    Check(`${table}_user_quota_check`, 'user_quota >= 1'),
    Check(`${table}_used_quota_check`, 'used_quota >= 0 AND (quota IS NULL OR used_quota <= quota)'),
  );
}
