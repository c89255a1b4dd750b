import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP proxy for tests whose connections can go silent, as in a network failure. */
export class SilentProxy {
  private sockets: Socket[] = [];
  private upstreams: Socket[] = [];

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  /** @param target URL of the server behind it */
  static async open(target: string): Promise<SilentProxy> {
    const { hostname, port } = new URL(target);
    const server = createServer((client) => {
      const upstream = connect(Number(port), hostname);
      client.pipe(upstream).pipe(client);
      for (const socket of [client, upstream]) socket.on('error', () => socket.destroy());
      proxy.sockets.push(client, upstream);
      proxy.upstreams.push(upstream);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = new URL(target);
    url.port = String((server.address() as AddressInfo).port);
    const proxy = new SilentProxy(server, url.href);
    return proxy;
  }

  /** Existing connections transmit nothing any more; new ones work. */
  silence(): void {
    this.stop(this.sockets);
  }

  /** Existing connections transmit no responses any more, only requests. */
  silenceAnswers(): void {
    this.stop(this.upstreams);
  }

  private stop(sockets: Socket[]): void {
    for (const socket of sockets) {
      socket.unpipe();
      socket.pause();
    }
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }
}
