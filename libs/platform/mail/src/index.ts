export { MailModule } from './mail.module.js';
export { MailTemplates, type RenderedMail } from './mail-templates.js';
export { MailSettings } from './mail.settings.js';
export { Mailer } from './mailer.js';
