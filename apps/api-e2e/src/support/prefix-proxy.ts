import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy that serves a server under a path, which it takes away; outside it is nothing. */
export class PrefixProxy {
  private constructor(
    private readonly server: Server,
    /** Where the proxy is, without the path. */
    readonly origin: string,
  ) {}

  /** @param targetOf the server's URL, when it is known */
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
