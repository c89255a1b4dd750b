import type { Environment } from '@gatehouse/config';
import { MailSettings } from '@gatehouse/mail';

/** Information for a user who has just started the application. */
export function welcome(environment: Environment, url: string): string {
  const base = url
    .replace('[::1]', 'localhost')
    .replace('0.0.0.0', 'localhost')
    .replace('127.0.0.1', 'localhost');
  const logIns = ['Log in as admin, moderator or demo, each with the password Passw0rd.'];
  return [
    '',
    `Gatehouse is ready: ${base}`,
    `  Swagger UI  ${base}/docs`,
    `  ReDoc       ${base}/redoc`,
    `  OpenAPI     ${base}/openapi.json`,
    ...(environment.of(MailSettings).keepsMails(environment) ? [`  Mails       ${base}/dev/mail`] : []),
    ...(environment.developmentData ? logIns : []),
    '',
  ].join('\n');
}
