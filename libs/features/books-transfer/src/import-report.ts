import { PassThrough, Readable } from 'node:stream';
import type { ProblemDocument } from '@gatehouse/http';
import { importLimits } from './import-limits.js';
import type { Merged } from './import-session.js';
import type { Rejection } from './import-record.js';

const PROGRESS_RECORDS = 5_000;
const PROGRESS_MS = 250;

/** Counts the results of an import and reports them to the client in lines of JSON. */
export class ImportReport {
  private readonly lines = new PassThrough();
  private readonly errors: Rejection[] = [];
  private read = 0;
  private rejected = 0;
  private toldRead = 0;
  private toldAt = 0;

  /** The body of the response. */
  get output(): Readable {
    return this.lines;
  }

  count(): void {
    this.read++;
  }

  reject(rejection: Rejection): void {
    this.rejected++;
    if (this.errors.length < importLimits.errors) this.errors.push(rejection);
  }

  /** Writes `{read, rejected}` if it has changed and the client has read the previous line. */
  progress(): void {
    const isDue =
      this.read - this.toldRead >= PROGRESS_RECORDS || performance.now() - this.toldAt >= PROGRESS_MS;
    if (!isDue || this.lines.writableNeedDrain) return;
    this.toldRead = this.read;
    this.toldAt = performance.now();
    this.write({ read: this.read, rejected: this.rejected });
  }

  /** Writes the last line: counts and the first errors, in the order of the file. */
  finish({ imported, updated, rejected, rejections }: Merged): void {
    const errors = [...this.errors, ...rejections]
      .sort((a, b) => a.line - b.line)
      .slice(0, importLimits.errors);
    this.write({ imported, updated, rejected: this.rejected + rejected, errors });
    this.lines.end();
  }

  /** Writes a last line that reports why nothing was imported. */
  fail(error: ProblemDocument): void {
    this.write({ error });
    this.lines.end();
  }

  private write(line: object): void {
    // The stream is closed when the client no longer reads.
    if (!this.lines.destroyed) this.lines.write(`${JSON.stringify(line)}\n`);
  }
}
