import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';

/** A statement as sent by a client. */
export interface Statement {
  text: string;
  /** Values of `$1`, `$2` …, as text. */
  values: (string | null)[];
}

const STARTUP_HEADER = 4;
const HEADER = 5;

/** A proxy in front of PostgreSQL that records the statements of the application's pool (protocol version 3). */
export class StatementRecorder {
  private statements: Statement[] = [];

  private constructor(
    /** URL to which the application must connect. */
    readonly url: string,
    private readonly end: () => void,
  ) {}

  /** @param target URL of the server behind it */
  static async open(target: string): Promise<StatementRecorder> {
    const { hostname, port } = new URL(target);
    const server = createServer((client) => {
      const upstream = connect(Number(port || 5432), hostname);
      client.pipe(upstream).pipe(client);
      for (const socket of [client, upstream]) socket.on('error', () => socket.destroy());
      recorder.listen(client);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = new URL(target);
    url.hostname = '127.0.0.1';
    url.port = String((server.address() as AddressInfo).port);
    const recorder = new StatementRecorder(url.href, () => void server.close());
    return recorder;
  }

  /** @returns the statements sent during `work`, in order */
  async during(work: () => Promise<void>): Promise<Statement[]> {
    this.statements = [];
    await work();
    return this.statements;
  }

  close(): void {
    this.end();
  }

  private listen(client: NodeJS.ReadableStream): void {
    const prepared = new Map<string, string>();
    let buffer = Buffer.alloc(0);
    let isPool: boolean | undefined;
    client.on('data', (chunk: Buffer) => {
      buffer = Buffer.concat([buffer, chunk]);
      for (;;) {
        const header = isPool === undefined ? STARTUP_HEADER : HEADER;
        if (buffer.length < header) return;
        const length = buffer.readInt32BE(header - 4) + header - 4;
        if (buffer.length < length) return;
        const body = buffer.subarray(header, length);
        if (isPool === undefined) isPool = body.toString().includes('application_name\0gatehouse\0');
        else if (isPool) this.note(String.fromCharCode(buffer[0]!), body, prepared);
        buffer = buffer.subarray(length);
      }
    });
  }

  private note(type: string, body: Buffer, prepared: Map<string, string>): void {
    const [first, second] = body.toString().split('\0', 2) as [string, string];
    if (type === 'Q') this.statements.push({ text: first, values: [] });
    if (type === 'P') prepared.set(first, second);
    if (type === 'B') {
      const offset = Buffer.byteLength(first) + Buffer.byteLength(second) + 2;
      this.statements.push({ text: prepared.get(second)!, values: readValues(body.subarray(offset)) });
    }
  }
}

/** Reads the rest of a Bind message after the names: formats, then values with their lengths. */
function readValues(body: Buffer): (string | null)[] {
  let at = 2 + 2 * body.readInt16BE(0);
  const count = body.readInt16BE(at);
  at += 2;
  return Array.from({ length: count }, () => {
    const length = body.readInt32BE(at);
    at += 4 + Math.max(length, 0);
    return length < 0 ? null : body.toString('utf8', at - length, at);
  });
}
