import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP proxy whose connections can be cut and restored. */
export class Link {
  private readonly sockets = new Set<Socket>();
  private port = 0;
  private server: Server | undefined;

  private constructor(
    /** The URL of the server behind it. */
    public target: string,
  ) {}

  /** @param target the URL of the server behind it */
  static async open(target: string): Promise<Link> {
    const link = new Link(target);
    await link.listen(0);
    return link;
  }

  /** The target's URL, with the port of this link. */
  get url(): string {
    const url = new URL(this.target);
    url.port = String(this.port);
    return url.href;
  }

  /** Resets all connections and refuses new ones. */
  async cut(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    for (const socket of this.sockets) socket.resetAndDestroy();
    if (!server) return;
    server.close();
    await once(server, 'close');
  }

  async mend(): Promise<void> {
    await this.listen(this.port);
  }

  private async listen(port: number): Promise<void> {
    this.server = createServer((client) => {
      const { hostname, port: targetPort } = new URL(this.target);
      const upstream = connect(Number(targetPort), hostname);
      this.join(client, upstream);
      this.join(upstream, client);
    }).listen(port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  private join(from: Socket, to: Socket): void {
    this.sockets.add(from);
    from.pipe(to);
    from.on('error', () => to.destroy());
    from.on('close', () => {
      this.sockets.delete(from);
      to.destroy();
    });
  }
}
