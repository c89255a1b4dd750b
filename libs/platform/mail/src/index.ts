export { KeptMails } from './kept-mails.js';
export { MailModule } from './mail.module.js';
export { MailTemplates, type RenderedMail } from './mail-templates.js';
export { Mailer } from './mailer.js';
export { registerMailPages } from './pages/register-mail-pages.js';
