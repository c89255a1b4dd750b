import type { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { unavailable } from './disk-problem.js';
import { spool } from './spool.js';
import { type ByteRange, firstKeyAt, requireKey, Storage } from './storage.js';
import type { StorageSettings } from './storage.settings.js';

const RETRY_SECONDS = 10;

/** What the client would print; every error reaches the log through its problem. */
const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** Objects in a bucket of Amazon S3, or of a server that is compatible with it. */
export class S3Storage extends Storage {
  private readonly client: S3Client;
  private readonly bucket: string;
  private readonly timeoutMs: number;

  /** @param settings with a bucket */
  constructor(settings: StorageSettings) {
    super();
    this.bucket = settings.S3_BUCKET!;
    this.timeoutMs = settings.S3_TIMEOUT_SECONDS * 1_000;
    this.client = new S3Client({
      region: settings.S3_REGION,
      endpoint: settings.S3_ENDPOINT,
      // Other servers rarely have a name for each bucket.
      forcePathStyle: settings.S3_ENDPOINT !== undefined,
      credentials: settings.credentials,
      // The checksums that the client sends and expects by default are unknown to many compatible servers.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      logger: silent,
      requestHandler: {
        connectionTimeout: this.timeoutMs,
        // Of a connection that nothing is sent through: large bodies may take longer.
        socketTimeout: this.timeoutMs,
        // A slow download keeps its connection, and must not keep uploads waiting.
        httpAgent: { maxSockets: Infinity },
        httpsAgent: { maxSockets: Infinity },
      },
    });
  }

  async put(key: string, content: Readable): Promise<void> {
    requireKey(key);
    const { file, size, md5 } = await spool(content);
    const Body = size === 0 ? Buffer.alloc(0) : file.createReadStream({ start: 0, autoClose: false });
    const upload = { Bucket: this.bucket, Key: key, Body, ContentLength: size, ContentMD5: md5 };
    try {
      await this.client.send(new PutObjectCommand(upload));
    } catch (error) {
      // When the answer is lost, the object may be there.
      await this.remove(key).catch(() => undefined);
      throw unavailable(error, RETRY_SECONDS);
    } finally {
      if ('destroy' in Body) Body.destroy();
      await file.close();
    }
  }

  async get(key: string, range?: ByteRange): Promise<Readable | undefined> {
    requireKey(key);
    const Range = range && `bytes=${range.start}-${range.end}`;
    const command = new GetObjectCommand({ Bucket: this.bucket, Key: key, Range });
    const answer = await this.inTime((abortSignal) =>
      this.client.send(command, { abortSignal }).catch((error: Error) => {
        if (error.name === 'NoSuchKey') return undefined;
        throw error;
      }),
    );
    return answer?.Body as Readable | undefined;
  }

  async remove(key: string): Promise<void> {
    requireKey(key);
    const command = new DeleteObjectCommand({ Bucket: this.bucket, Key: key });
    await this.inTime((abortSignal) => this.client.send(command, { abortSignal }));
  }

  async *keys(before: Date): AsyncGenerator<string> {
    const end = firstKeyAt(before);
    let ContinuationToken: string | undefined;
    do {
      const command = new ListObjectsV2Command({ Bucket: this.bucket, ContinuationToken });
      const page = await this.inTime((abortSignal) => this.client.send(command, { abortSignal }));
      for (const { Key } of page.Contents ?? []) {
        if (Key! >= end) return;
        yield Key!;
      }
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken);
  }

  /** An object is stored by one request, of which S3 keeps nothing when it breaks off. */
  async removeUnfinished(): Promise<void> {}

  override async check(): Promise<void> {
    const command = new HeadBucketCommand({ Bucket: this.bucket });
    await this.inTime((abortSignal) => this.client.send(command, { abortSignal }));
  }

  /** Ends a request without a large body, and its retries, when it is not answered in time. */
  private async inTime<T>(send: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), this.timeoutMs);
    try {
      return await send(abort.signal);
    } catch (error) {
      throw unavailable(error, RETRY_SECONDS);
    } finally {
      clearTimeout(timer);
    }
  }
}
