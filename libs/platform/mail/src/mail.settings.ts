import { IsOptional } from 'class-validator';
import { type CheckedSettings, type Environment, ServerUrl, Text } from '@gatehouse/config';

export class MailSettings implements CheckedSettings {
  /** SMTP server, `smtp://user:password@host:port`. Not set: development keeps mails for reading. */
  @IsOptional()
  @ServerUrl('smtp://user:password@host:port', ['smtp', 'smtps'], /^\/?(\?.*)?$/)
  MAIL_URL?: string;

  /** Sender of mails. */
  @Text('must be an address such as Name <name@example.com>', (text) =>
    /^([^<>\r\n]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/.test(text),
  )
  MAIL_FROM = 'Gatehouse <no-reply@localhost>';

  /** Whether mails are kept for reading at `/dev/mail` instead of being sent. */
  keepsMails({ isDevelopment }: Environment): boolean {
    return isDevelopment && this.MAIL_URL === undefined;
  }

  problems({ isDevelopment, PUBLIC_URL }: Environment): string[] {
    return !isDevelopment && this.MAIL_URL && !PUBLIC_URL
      ? ['PUBLIC_URL must be set where mails are sent: their links start with it']
      : [];
  }
}
