import { createTransport, type SendMailOptions, type Transporter } from 'nodemailer';
import type { Mail } from './mail.entity.js';

/** Milliseconds for connecting, for the greeting, and for each pause of the server. */
const TIMEOUT_MS = 10_000;

/** Commands whose rejection concerns this mail only, not the application or its settings. */
const ABOUT_THE_MAIL = ['RCPT TO', 'DATA'];

/**
 * @param url `smtp://user:password@host:port`, or `smtps://` for TLS from the start
 * @param from sender as shown in the mails
 */
export function smtpTransport(url: string, from: string): Transporter {
  const options = {
    url,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    dnsTimeout: TIMEOUT_MS,
    // A mail must not read files or URLs that its content names.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
  return createTransport(options, { from });
}

export function messageOf({ id, recipient, subject, text, html }: Mail): SendMailOptions {
  return {
    // As an object it is always a single address, whatever characters it contains.
    to: { name: '', address: recipient },
    subject,
    text,
    html,
    // The same for each attempt, so that a mail server can detect duplicates.
    messageId: `<${id}@gatehouse>`,
  };
}

/** Whether the server will never accept this mail (RFC 5321, section 4.2.1), so that retrying is useless. */
export function isRefusedForGood(error: unknown): boolean {
  const { responseCode = 0, command = '' } = error as { responseCode?: number; command?: string };
  return responseCode >= 500 && ABOUT_THE_MAIL.includes(command);
}
