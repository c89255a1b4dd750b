import { TestMail } from './test-mail.js';

const [databaseUrl, mailUrl] = process.argv.slice(3) as [string, string];

await TestMail.start(databaseUrl, { MAIL_URL: mailUrl });
