export { MailModule } from './mail.module.js';
export { MailTemplates, type RenderedMail } from './mail-templates.js';
export { Mailer } from './mailer.js';
