import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy that serves a server under a path prefix, which it strips. */
export class PrefixProxy {
  private constructor(
    private readonly server: Server,
    /** The proxy's URL without the prefix. */
    readonly origin: string,
  ) {}

  /** @param targetOf returns the server's URL */
  static async start(prefix: string, targetOf: () => string): Promise<PrefixProxy> {
    const server = createServer((incoming, outgoing) => {
      const { method, url = '', headers } = incoming;
      if (!url.startsWith(`${prefix}/`)) return void outgoing.writeHead(404).end();
      const target = request(targetOf() + url.slice(prefix.length), { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(outgoing);
      });
      target.on('error', () => outgoing.destroy());
      incoming.pipe(target);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return new PrefixProxy(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
