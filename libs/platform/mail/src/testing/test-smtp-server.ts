import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server';

/** A mail as it came over the wire. */
export interface ReceivedMail {
  from: string;
  to: string[];
  /** With its headers; lines end in CRLF. */
  raw: string;
}

/** A mail server for specs, on a real socket. It takes everything unless it is told otherwise. */
export class TestSmtpServer {
  readonly received: ReceivedMail[] = [];
  /** What to say to the recipient: nothing, or a refusal with its code. */
  refusal: { code: number; message: string } | undefined;
  /** Awaited before a mail is taken. */
  hold: Promise<unknown> = Promise.resolve();
  /** Mails whose content has arrived, taken or not. */
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

  /** Again on the same port, after it was stopped. */
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
