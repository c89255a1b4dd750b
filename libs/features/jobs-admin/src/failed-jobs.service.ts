import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { actor, AuditTrail } from '@gatehouse/audit';
import { type ClientInfo, NotFoundProblem, type Principal } from '@gatehouse/http';
import { FailedJob, Jobs } from '@gatehouse/jobs';
import { CursorPageOf, Listings, PageOf } from '@gatehouse/listing';
import { FailedJobDto, failedJobsListing, type ListFailedJobsQuery } from './failed-job.dto.js';

@Injectable()
export class FailedJobsService {
  constructor(
    @InjectRepository(FailedJob) private readonly failed: Repository<FailedJob>,
    private readonly jobs: Jobs,
    private readonly listings: Listings,
    private readonly audit: AuditTrail,
  ) {}

  async list({
    name,
    ...query
  }: ListFailedJobsQuery): Promise<PageOf<FailedJobDto> | CursorPageOf<FailedJobDto>> {
    const rows = this.failed.createQueryBuilder('job').where(`job.state = 'failed'`);
    if (name !== undefined) rows.andWhere('job.name = :name', { name });
    return this.listings.list(rows, query, failedJobsListing);
  }

  /** @throws {NotFoundProblem} when the job does not exist, or has not failed */
  async retry(id: string, caller: Principal, client: ClientInfo): Promise<void> {
    await this.failed.manager.transaction(async (manager) => {
      const name = await this.jobs.retry(id, manager);
      if (name === undefined) throw new NotFoundProblem(`There is no failed job ${id}`);
      const event = { action: 'jobs.retried', subjectId: id, details: { name } };
      await this.audit.record({ ...actor(caller, client), ...event }, manager);
    });
  }
}
