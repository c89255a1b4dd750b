import { setTimeout as sleep } from 'node:timers/promises';
import { BeforeApplicationShutdown, Injectable, Logger, OnApplicationBootstrap } from '@nestjs/common';
import { type Job, PgBoss } from 'pg-boss';
import { Environment } from '@gatehouse/config';
import { Draining } from '@gatehouse/observability';
import { logScope } from '@gatehouse/text';
import { inSpan } from '@gatehouse/tracing';
import { JobQueues } from './job-queues.js';
import { type DefinedJob, Jobs } from './jobs.js';
import { reportable } from './reportable.js';

/** New jobs are announced by a notification; polling finds those that become due: delayed ones and retries. */
const POLLING = { pollingIntervalSeconds: 2, notifyPollingIntervalSeconds: 5 };

/** Works jobs, unless `WORKER` is `none`. */
@Injectable()
export class JobWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Jobs');
  /** Kinds of jobs whose last attempt failed: an outage is logged once, however many jobs it affects. */
  private readonly failing = new Set<string>();
  private drained: Promise<void> | undefined;

  constructor(
    private readonly boss: PgBoss,
    private readonly jobs: Jobs,
    private readonly queues: JobQueues,
    private readonly draining: Draining,
    private readonly environment: Environment,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.queues.prepare();
    if (!this.environment.worksJobs) return;
    // Before the start, at which the clock is checked for the first time.
    await this.queues.schedule();
    await this.boss.start();
    await Promise.all(this.jobs.defined.map((job) => this.work(job)));
    this.draining.add(() => this.drain());
  }

  /** Jobs that still run when the time is over fail, which lets another process retry them. */
  async beforeApplicationShutdown(): Promise<void> {
    const ms = this.draining.active ? 0 : this.environment.SHUTDOWN_GRACE_SECONDS * 1000;
    await Promise.race([this.drain(), sleep(ms, undefined, { ref: false })]);
    await this.boss.stop({ graceful: false, close: false });
  }

  /** Takes no further jobs; resolves when the running ones have finished. */
  private drain(): Promise<void> {
    const stopping = () => Promise.all(this.jobs.defined.map(({ name }) => this.boss.offWork(name)));
    return (this.drained ??= stopping().then(() => undefined));
  }

  private async work(job: DefinedJob): Promise<void> {
    const { name, concurrency } = job;
    for (let i = 0; i < concurrency; i++) {
      const id: string = await this.boss.work(name, POLLING, async ([taken]: Job[]) => {
        // Fetch the next one immediately: several jobs of one transaction cause only one notification.
        this.boss.notifyWorker(id);
        const attributes = { 'job.name': name, 'job.id': taken!.id, 'job.attempt': taken!.retryCount + 1 };
        await inSpan(`job ${name}`, attributes, (ids) =>
          logScope.run({ jobId: taken!.id, ...ids }, () => this.attempt(job, taken!)),
        );
      });
    }
  }

  private async attempt({ name, handler, retries }: DefinedJob, job: Job): Promise<void> {
    const { id, data: payload, retryCount, signal } = job;
    try {
      await handler({ id, payload, attempt: retryCount + 1, signal });
    } catch (error) {
      const reason = reportable(error);
      if (retryCount >= retries || !this.failing.has(name))
        this.logger.warn(`The job ${name} ${id} failed at attempt ${retryCount + 1}: ${reason.message}`);
      this.failing.add(name);
      throw reason;
    }
    if (this.failing.delete(name)) this.logger.log(`Jobs ${name} succeed again`);
  }
}
