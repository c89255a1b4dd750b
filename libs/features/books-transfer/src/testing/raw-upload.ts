import { connect, Socket } from 'node:net';

/** An import request sent piece by piece over a socket, which can be cut. */
export class RawUpload {
  readonly socket: Socket;
  /** The response received so far. */
  answer = '';

  constructor(port: number, headers: Record<string, string> = {}) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('data', (chunk) => (this.answer += chunk.toString()));
    this.socket.on('error', () => undefined);
    const all = { host: 'x', 'content-type': 'text/csv', 'transfer-encoding': 'chunked', ...headers };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
    this.socket.write(`POST /books/import HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
  }

  send(data: string | Buffer): this {
    this.socket.write(`${Buffer.byteLength(data).toString(16)}\r\n`);
    this.socket.write(data);
    this.socket.write('\r\n');
    return this;
  }

  end(): this {
    this.socket.write('0\r\n\r\n');
    return this;
  }

  /** Resets the connection. */
  cut(): void {
    this.socket.resetAndDestroy();
  }

  /** Received lines of the response, without headers. */
  get lines(): Record<string, unknown>[] {
    const lines = this.answer.split('\n').filter((line) => line.startsWith('{'));
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }
}
