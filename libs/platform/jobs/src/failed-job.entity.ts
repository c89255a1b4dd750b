import { Column, Entity, PrimaryColumn } from 'typeorm';
import { JOBS_SCHEMA } from './jobs-schema.js';

/** A job of pg-boss, for reading those in state `failed`. */
@Entity({ schema: JOBS_SCHEMA, name: 'job', synchronize: false })
export class FailedJob {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text')
  name: string;

  @Column('text')
  state: string;

  @Column('jsonb', { name: 'data' })
  payload: object;

  /** The error of the last attempt, or the one that pg-boss reports. */
  @Column('jsonb')
  output: { message?: string; value?: string | { message?: string } } | null;

  @Column('int')
  retryCount: number;

  @Column({ type: 'timestamptz', name: 'completed_on' })
  failedAt: Date;

  /** Number of attempts. */
  get attempts(): number {
    return this.retryCount + 1;
  }

  /** Reason why the last attempt failed. */
  get error(): string {
    const { message, value } = this.output ?? {};
    return message ?? (typeof value === 'string' ? value : value?.message) ?? 'Unknown';
  }
}
