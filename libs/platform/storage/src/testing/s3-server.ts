import { startFauxqs } from 'fauxqs';

const BUCKET = 'gatehouse-test';

/** A server that is compatible with S3, with an empty bucket. It accepts any access key. */
export class S3Server {
  private constructor(private readonly server: Awaited<ReturnType<typeof startFauxqs>>) {}

  static async start(): Promise<S3Server> {
    const server = await startFauxqs({ port: 0, logger: false });
    server.createBucket(BUCKET);
    return new S3Server(server);
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.server.port}`;
  }

  /** The settings of a storage that uses it. */
  get settings(): Record<string, string> {
    return {
      S3_BUCKET: BUCKET,
      S3_ENDPOINT: this.endpoint,
      S3_ACCESS_KEY_ID: 'gatehouse',
      S3_SECRET_ACCESS_KEY: 'test-secret-access-key',
    };
  }

  /** The keys of its objects; at most 1,000. */
  async keys(): Promise<string[]> {
    const answer = await fetch(`${this.endpoint}/${BUCKET}?list-type=2`);
    return [...(await answer.text()).matchAll(/<Key>([^<]*)/g)].map(([, key]) => key!);
  }

  stop(): Promise<void> {
    return this.server.stop();
  }
}
