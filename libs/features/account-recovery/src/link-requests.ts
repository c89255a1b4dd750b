import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { EntityManager, Repository } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Jobs } from '@gatehouse/jobs';
import { LinkRequest } from './link-request.entity.js';

/** Small, so that jobs waiting for one account leave database connections for requests. */
const CONCURRENCY = 2;

/**
 * Records the request for a link, and leaves the rest to a job, so that neither the time of the answer nor a failure
 * reveals whether the account exists.
 */
@Injectable()
export class LinkRequests {
  constructor(
    @InjectRepository(LinkRequest) private readonly requests: Repository<LinkRequest>,
    private readonly jobs: Jobs,
  ) {}

  /**
   * Defines how a job handles its requests.
   * @param send is called in the transaction that deletes the request
   */
  define(job: string, send: (request: LinkRequest, manager: EntityManager) => Promise<void>): void {
    this.jobs.define<{ requestId: string }>({ name: job, concurrency: CONCURRENCY }, ({ payload }) =>
      this.requests.manager.transaction(async (manager) => {
        const request = await manager.findOneBy(LinkRequest, { id: payload.requestId });
        if (!request) return;
        await send(request, manager);
        await manager.delete(LinkRequest, request.id);
      }),
    );
  }

  async add(
    job: string,
    request: Partial<LinkRequest> & Pick<LinkRequest, 'email' | 'address'>,
  ): Promise<void> {
    const id = uuidv7();
    await this.requests.manager.transaction(async (manager) => {
      await manager.insert(LinkRequest, { ...request, id });
      await this.jobs.enqueue(job, { requestId: id }, { manager });
    });
  }
}
