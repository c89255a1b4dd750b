import { createTransport, type Transporter } from 'nodemailer';
import type { Mail } from './mail.entity.js';

/** Milliseconds for connecting, for the greeting, and for each pause of the server. */
const TIMEOUT_MS = 10_000;

/** Commands whose rejection concerns this mail only, not the application or its settings. */
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
   * @param from sender as shown in the mail
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
      // A mail must not read files or URLs that its content names.
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  /** @throws the error of the server or the connection */
  async send({ id, recipient, subject, text, html }: Mail): Promise<void> {
    await this.transport.sendMail({
      from: this.from,
      // As an object it is always a single address, whatever characters it contains.
      to: { name: '', address: recipient },
      subject,
      text,
      html,
      // The same for each attempt, so that a mail server can detect duplicates.
      messageId: `<${id}@gatehouse>`,
    });
  }
}

/** Whether the server will never accept this mail (RFC 5321, section 4.2.1), so that retrying is useless. */
export function isRefusedForGood({ responseCode = 0, command = '' }: SmtpError): boolean {
  return responseCode >= 500 && ABOUT_THE_MAIL.includes(command);
}
