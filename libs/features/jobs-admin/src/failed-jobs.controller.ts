import { Controller, Get, Param, Post, Query } from '@nestjs/common';
import { Endpoint, OneOf } from '@gatehouse/gate';
import { Caller, type ClientInfo, FromClient, type Principal } from '@gatehouse/http';
import { CursorPage, Page } from '@gatehouse/listing';
import { FailedJobDto, FailedJobParams, ListFailedJobsQuery } from './failed-job.dto.js';
import { FailedJobsService } from './failed-jobs.service.js';

@Controller({ path: 'jobs/failed', version: '1' })
export class FailedJobsController {
  constructor(private readonly jobs: FailedJobsService) {}

  @Endpoint({
    summary: 'List failed jobs, newest first',
    description: 'Jobs whose last attempt failed. They are kept for two weeks.',
    permissions: 'jobs.manage',
    response: OneOf(Page(FailedJobDto), CursorPage(FailedJobDto)),
  })
  @Get()
  list(@Query() query: ListFailedJobsQuery) {
    return this.jobs.list(query);
  }

  @Endpoint({
    summary: 'Retry a failed job',
    description: 'Runs the job once more. If it fails again, it is listed again.',
    permissions: 'jobs.manage',
    status: 204,
    errors: [404],
  })
  @Post(':id/retry')
  async retry(
    @Param() { id }: FailedJobParams,
    @Caller() caller: Principal,
    @FromClient() client: ClientInfo,
  ) {
    await this.jobs.retry(id, caller, client);
  }
}
