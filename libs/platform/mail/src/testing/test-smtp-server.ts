import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server';

/** A mail as received. */
export interface ReceivedMail {
  from: string;
  to: string[];
  /** Including its headers; lines end in CRLF. */
  raw: string;
}

/** A mail server for specs, on a real socket. It accepts everything unless configured otherwise. */
export class TestSmtpServer {
  readonly received: ReceivedMail[] = [];
  /** Response to the recipient: undefined to accept, or a rejection with its code. */
  refusal: { code: number; message: string } | undefined;
  /** Awaited before a mail is accepted. */
  hold: Promise<unknown> = Promise.resolve();
  /** Number of mails whose content has arrived, accepted or not. */
  arrived = 0;
  private server: SMTPServer;

  private constructor(private port = 0) {}

  static async start(): Promise<TestSmtpServer> {
    const server = new TestSmtpServer();
    await server.start();
    return server;
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.port}`;
  }

  /** Starts on the same port after a stop. */
  async start(): Promise<void> {
    this.server = new SMTPServer(this.options());
    this.server.on('error', () => undefined);
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server.server, 'listening');
    this.port = (this.server.server.address() as AddressInfo).port;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private options(): SMTPServerOptions {
    return {
      authOptional: true,
      disabledCommands: ['AUTH', 'STARTTLS'],
      closeTimeout: 100,
      onRcptTo: (_address, _session, done) => {
        const { refusal } = this;
        done(refusal && Object.assign(new Error(refusal.message), { responseCode: refusal.code }));
      },
      onData: (stream, session, done) => void this.take(stream, session).finally(done),
    };
  }

  private async take(stream: Readable, { envelope }: SMTPServerSession): Promise<void> {
    const raw = (await buffer(stream)).toString();
    this.arrived++;
    await this.hold;
    const from = envelope.mailFrom ? envelope.mailFrom.address : '';
    this.received.push({ from, to: envelope.rcptTo.map(({ address }) => address), raw });
  }
}
