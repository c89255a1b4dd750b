import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { FailedJobs } from '@gatehouse/jobs';
import { CursorPageOf, Listings, PageOf } from '@gatehouse/listing';
import { FailedJobDto, failedJobsListing, type ListFailedJobsQuery } from './failed-job.dto.js';

@Injectable()
export class FailedJobsListing {
  constructor(
    private readonly dataSource: DataSource,
    private readonly jobs: FailedJobs,
    private readonly listings: Listings,
  ) {}

  async list({
    name,
    ...query
  }: ListFailedJobsQuery): Promise<PageOf<FailedJobDto> | CursorPageOf<FailedJobDto>> {
    const rows = this.jobs.select(this.dataSource.manager);
    if (name !== undefined) rows.andWhere('job.name = :name', { name });
    return this.listings.list(rows, query, failedJobsListing);
  }
}
