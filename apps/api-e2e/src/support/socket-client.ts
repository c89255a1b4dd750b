import { once } from 'node:events';
import { SOON } from '@gatehouse/testing';
import { expect } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';

export interface Received {
  event: string;
  data?: any; // eslint-disable-line -- tests inspect any payload
  id?: string | number;
  room?: string;
}

/** A client of the WebSocket that keeps everything that it receives. */
export class SocketClient {
  readonly received: Received[] = [];
  /** Code and reason of the close frame; 1006 without one. */
  closed: { code: number; reason: string } | undefined;
  private sent = 0;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => this.received.push(JSON.parse(data.toString()) as Received));
    socket.on('close', (code, reason) => (this.closed = { code, reason: reason.toString() }));
    socket.on('error', () => undefined);
  }

  /**
   * @param url URL of the server
   * @param options of the client, such as headers
   */
  static async open(url: string, options: ClientOptions = {}, path = '/ws'): Promise<SocketClient> {
    const socket = new WebSocket(url.replace('http', 'ws') + path, { perMessageDeflate: false, ...options });
    const client = new SocketClient(socket);
    await once(socket, 'open');
    return client;
  }

  /** Opens a socket and authenticates by its first message. */
  static async authenticated(url: string, token: string): Promise<SocketClient> {
    const client = await SocketClient.open(url);
    expect(await client.ask('auth', { token })).toMatchObject({ event: 'auth' });
    return client;
  }

  send(event: string, data?: unknown): void {
    this.socket.send(JSON.stringify({ event, data }));
  }

  /** Sends a message with an id. @returns the answer */
  async ask(event: string, data?: unknown): Promise<Received> {
    const id = ++this.sent;
    this.socket.send(JSON.stringify({ event, data, id }));
    return this.next((message) => message.id === id);
  }

  /** The first message, of those received so far or in future, that fits. */
  next(fits: (message: Received) => boolean): Promise<Received> {
    const found = this.received.find(fits);
    if (found) return Promise.resolve(found);
    return new Promise((resolve, reject) => {
      const hear = (): void => {
        const message = this.received.at(-1)!;
        if (fits(message)) end(() => resolve(message));
      };
      const fail = (why: string): void =>
        end(() => reject(new Error(`${why}: ${JSON.stringify(this.received.slice(-10))}`)));
      const close = (code: number): void => fail(`closed with ${code}`);
      const timer = setTimeout(() => fail('nothing has arrived'), SOON.timeout);
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        this.socket.off('message', hear).off('close', close);
        settle();
      };
      this.socket.on('message', hear).on('close', close);
      if (this.closed) close(this.closed.code);
    });
  }

  /** The payloads received for an event. */
  payloads(event: string): unknown[] {
    return this.received.filter((message) => message.event === event).map(({ data }) => data);
  }

  /** Waits until the server has closed it. */
  async end(): Promise<{ code: number; reason: string }> {
    await expect.poll(() => this.closed, SOON).toBeDefined();
    return this.closed!;
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.end();
  }
}

/** Status and body of the response to an upgrade that the server refuses. */
export function refusedUpgrade(
  url: string,
  options: ClientOptions = {},
  path = '/ws',
): Promise<{ status: number; headers: Record<string, unknown>; body: any }> /* eslint-disable-line */ {
  const socket = new WebSocket(url.replace('http', 'ws') + path, options);
  return new Promise((resolve, reject) => {
    socket.on('error', () => undefined);
    socket.once('open', () => reject(new Error('the upgrade was not refused')));
    socket.once('unexpected-response', (_request, response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.once('end', () => {
        socket.terminate();
        resolve({ status: response.statusCode!, headers: response.headers, body: JSON.parse(text) });
      });
    });
  });
}
