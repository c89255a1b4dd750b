import { createTransport, type Transporter } from 'nodemailer';
import type { Mail } from './mail.entity.js';

/** Milliseconds: for connecting, the greeting, and each silence of the server. */
const TIMEOUT_MS = 10_000;

/** Commands whose refusal speaks of this one mail, and not of this application or its settings. */
const ABOUT_THE_MAIL = ['RCPT TO', 'DATA'];

interface SmtpError extends Error {
  responseCode?: number;
  command?: string;
}

/** Sends mails by SMTP. */
export class SmtpSender {
  private readonly transport: Transporter;

  /**
   * @param url `smtp://user:password@host:port`, or `smtps://` for TLS from the start
   * @param from sender, as it stands in the mail
   */
  constructor(
    url: string,
    private readonly from: string,
  ) {
    this.transport = createTransport({
      url,
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
      dnsTimeout: TIMEOUT_MS,
      // A mail consists of what is given here, and of nothing that it names.
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  /** @throws what the server, or the way to it, has against it */
  async send({ id, recipient, subject, text, html }: Mail): Promise<void> {
    await this.transport.sendMail({
      from: this.from,
      // As an object it is one address, whatever characters it has.
      to: { name: '', address: recipient },
      subject,
      text,
      html,
      // The same at each attempt, so that a mail server can tell a mail that it got twice.
      messageId: `<${id}@gatehouse>`,
    });
  }
}

/** Whether the server will never take this mail (RFC 5321, section 4.2.1), so that to try again is useless. */
export function isRefusedForGood({ responseCode = 0, command = '' }: SmtpError): boolean {
  return responseCode >= 500 && ABOUT_THE_MAIL.includes(command);
}
