import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { actor, AuditTrail } from '@gatehouse/audit';
import { type ClientInfo, NotFoundProblem, type Principal } from '@gatehouse/http';
import { FailedJobs } from '@gatehouse/jobs';

@Injectable()
export class FailedJobsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly jobs: FailedJobs,
    private readonly audit: AuditTrail,
  ) {}

  /** @throws {NotFoundProblem} when the job does not exist, or has not failed */
  async retry(id: string, caller: Principal, client: ClientInfo): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const name = await this.jobs.retry(id, manager);
      if (name === undefined) throw new NotFoundProblem(`There is no failed job ${id}`);
      const event = { action: 'jobs.retried', subjectId: id, details: { name } };
      await this.audit.record({ ...actor(caller, client), ...event }, manager);
    });
  }
}
