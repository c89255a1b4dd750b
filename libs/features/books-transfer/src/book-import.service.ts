import type { Readable } from 'node:stream';
import { Injectable, Logger, OnModuleDestroy } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { ResponseCache } from '@gatehouse/cache';
import { pathOf, ProblemDocument, toProblem, UnavailableProblem } from '@gatehouse/http';
import { discard } from '@gatehouse/validation';
import { ImportJob } from './import-job.js';
import { importLimits } from './import-limits.js';
import { recordFormats } from './record-source.js';
import { Upload } from './upload.js';

const RETRY_SECONDS = 30;

/** Imports books from uploads of any size. `docs/decisions/import.md` describes the behaviour on failures. */
@Injectable()
export class BookImportService implements OnModuleDestroy {
  private readonly logger = new Logger(BookImportService.name);
  /** Running imports with their users. */
  private readonly uploads = new Map<Upload, string | undefined>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly cache: ResponseCache,
  ) {}

  /** Aborts running uploads without effect; a merge in progress is awaited with its request. */
  onModuleDestroy(): void {
    for (const upload of this.uploads.keys())
      upload.abort(new UnavailableProblem('The server is stopping', RETRY_SECONDS));
  }

  /**
   * Starts an import.
   * @param request headers of the request describe the body
   * @returns lines of JSON: `{read, rejected}` as progress, finally `{imported, updated, rejected, errors}`, or
   * `{error}` when nothing was imported
   * @throws Problem when the body is empty, has unknown columns or is broken at its start, when too many imports are
   * running, or when the database is unavailable
   */
  async start(body: Readable, request: FastifyRequest): Promise<Readable> {
    try {
      return await this.open(body, request);
    } catch (error) {
      discard(body);
      throw error;
    }
  }

  private async open(body: Readable, request: FastifyRequest): Promise<Readable> {
    const user = request.gate.principal?.id;
    if (user !== undefined && [...this.uploads.values()].includes(user)) {
      throw new UnavailableProblem('Another import of the same user is running', RETRY_SECONDS);
    }
    if (this.uploads.size >= importLimits.concurrent) {
      throw new UnavailableProblem('Too many imports are running', RETRY_SECONDS);
    }
    const { 'content-type': mediaType = '', 'content-encoding': encoding } = request.headers;
    const format = recordFormats[mediaType.split(';')[0]!.trim().toLowerCase()]!;
    const upload = new Upload(body, encoding);
    this.uploads.set(upload, user);
    try {
      const job = await ImportJob.open(upload, format, this.dataSource);
      void this.run(job, upload, body, request);
      return job.report.output;
    } catch (error) {
      this.uploads.delete(upload);
      throw error;
    }
  }

  /** Never rejects: every error becomes the last line of the response. */
  private async run(job: ImportJob, upload: Upload, body: Readable, request: FastifyRequest): Promise<void> {
    const outcome = await job.run().catch((error: unknown) => this.describe(error, request));
    // Even after an error: the commit may have succeeded although its acknowledgement was lost.
    await this.cache.invalidate(['books']);
    this.uploads.delete(upload);
    if ('imported' in outcome) return job.report.finish(outcome);
    discard(body);
    job.report.fail(outcome);
  }

  private describe(error: unknown, request: FastifyRequest): ProblemDocument {
    const problem = toProblem(error);
    const { id } = request.gate;
    if (problem.getStatus() >= 500) this.logger.error({ msg: 'An import failed', requestId: id, err: error });
    return problem.toDocument(pathOf(request.url), id);
  }
}
