import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { AuditTrail } from '@gatehouse/audit';
import { type Client, NotFoundProblem, type Principal } from '@gatehouse/http';
import { FailedJobs } from '@gatehouse/jobs';

@Injectable()
export class FailedJobsService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly jobs: FailedJobs,
    private readonly audit: AuditTrail,
  ) {}

  /** @throws {NotFoundProblem} when there is no such job, or it has not failed */
  async retry(id: string, caller: Principal, { address }: Client): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const name = await this.jobs.retry(id, manager);
      if (name === undefined) throw new NotFoundProblem(`There is no failed job ${id}`);
      const event = { action: 'jobs.retried', actorId: caller.id, subjectId: id, address, details: { name } };
      await this.audit.record(event, manager);
    });
  }
}
