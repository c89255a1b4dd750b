import type { DataSource } from 'typeorm';
import { MalformedRequestProblem } from '@gatehouse/http';
import { importLimits } from './import-limits.js';
import { isRejection, Rejection } from './import-record.js';
import { ImportReport } from './import-report.js';
import { ImportSession, Merged } from './import-session.js';
import type { FieldRecord, RecordFormat } from './record-source.js';
import { checkRow, StagedRow } from './row-validator.js';
import type { Upload } from './upload.js';

/** Also without new data, so that rows before a pause are reported and proxies keep the response open. */
const HEARTBEAT_MS = 1_000;

type Batch = (FieldRecord | Rejection)[];

/** A single import, from the first record to the commit. */
export class ImportJob {
  readonly report = new ImportReport();
  /** Rows as JSON: text puts less load on the garbage collector than objects. */
  private rows: string[] = [];
  private rejectedInARow = 0;
  /** The batch being written to the database while the next one is read. */
  private staging: Promise<void> = Promise.resolve();

  private constructor(
    private readonly format: RecordFormat,
    private readonly records: AsyncGenerator<Batch, void>,
    private readonly first: Batch,
    private readonly session: ImportSession,
  ) {}

  /** Reads the start of an upload, and connects. @throws Problem for an upload without records */
  static async open(upload: Upload, format: RecordFormat, dataSource: DataSource): Promise<ImportJob> {
    const records = format.read(upload.text());
    const { value: first = [] } = await records.next();
    return new ImportJob(format, records, first as Batch, await ImportSession.open(dataSource));
  }

  /**
   * Reads the rest, then writes the books.
   * @throws on any failure; nothing has changed then, unless the database was lost during the commit
   */
  async run(): Promise<Merged> {
    const heartbeat = setInterval(() => this.report.progress(), HEARTBEAT_MS);
    try {
      this.report.progress();
      await this.add(this.first);
      for await (const batch of this.records) await this.add(batch);
      await this.flush();
      await this.staging;
      return await this.session.merge();
    } finally {
      clearInterval(heartbeat);
      await this.session.close();
    }
  }

  private async add(batch: Batch): Promise<void> {
    for (const record of batch) {
      this.report.count();
      const row = isRejection(record) ? record : await checkRow(record, this.format.form);
      if (isRejection(row)) this.reject(row);
      else this.keep(row);
    }
    if (this.rows.length >= importLimits.batch) await this.flush();
    this.report.progress();
  }

  private keep(row: StagedRow): void {
    this.rejectedInARow = 0;
    this.rows.push(JSON.stringify(row));
  }

  private reject(rejection: Rejection): void {
    this.report.reject(rejection);
    if (++this.rejectedInARow < importLimits.rejections) return;
    throw new MalformedRequestProblem(
      `${importLimits.rejections} records in a row were rejected, the last one in line ${rejection.line}: ${rejection.reason}`,
    );
  }

  private async flush(): Promise<void> {
    await this.staging;
    this.staging = this.session.stage(this.rows);
    // The next await receives the error; until then it must not count as unhandled.
    this.staging.catch(() => undefined);
    this.rows = [];
  }
}
