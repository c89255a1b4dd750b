import { Agent, request, type IncomingHttpHeaders } from 'node:http';
import { noteSecrets } from './used-secrets.js';

const shared = new Agent({ keepAlive: true, maxSockets: 50 });

export interface CallOptions {
  headers?: Record<string, string | string[]>;
  /** Sent unchanged, also with GET. */
  body?: string | Buffer | undefined;
  /** Sends the body in chunks, without its length. */
  chunked?: boolean;
  /** By default, connections are shared. */
  agent?: Agent;
}

export interface Reply {
  method: string;
  /** Path as sent, with its query. */
  path: string;
  status: number;
  headers: IncomingHttpHeaders;
  bytes: Buffer;
  text: string;
}

/** Sends requests that `fetch` would correct or refuse: paths that are not normalised, and bodies with any method. */
export function call(url: string, method: string, path: string, options: CallOptions = {}): Promise<Reply> {
  const { headers = {}, body, chunked = false, agent = shared } = options;
  const { hostname, port } = new URL(url);
  const framing: Record<string, string> = chunked
    ? { 'transfer-encoding': 'chunked' }
    : body === undefined
      ? {}
      : { 'content-length': String(Buffer.byteLength(body)) };
  noteSecrets(headers);
  return new Promise((resolve, reject) => {
    const sent = request({ agent, hostname, port, method, path, headers: { ...framing, ...headers } });
    sent.on('error', reject);
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('error', reject);
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const bytes = Buffer.concat(chunks);
        const { statusCode = 0, headers: received } = response;
        noteSecrets(received);
        resolve({ method, path, status: statusCode, headers: received, bytes, text: bytes.toString() });
      });
    });
    sent.end(body);
  });
}
