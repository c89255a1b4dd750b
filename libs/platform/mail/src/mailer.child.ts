import { TestMail } from './testing/test-mail.js';

const [databaseUrl, mailUrl] = process.argv.slice(2) as [string, string];

await TestMail.start(databaseUrl, { MAIL_URL: mailUrl });
