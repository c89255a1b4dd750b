import { FeatureModule } from '@gatehouse/modules';
import { Mail } from './mail.entity.js';
import { MailSettings } from './mail.settings.js';
import { Mailer } from './mailer.js';
import { MailPages } from './mail-pages.js';
import { CreateMails1760000000006 } from './migrations/1760000000006-create-mails.js';

/** Mails. Declared like a feature, because it has a table. */
@FeatureModule(
  {
    root: 'mail',
    tag: 'Mail',
    description: 'Mails waiting to be sent.',
    settings: MailSettings,
    entities: [Mail],
    migrations: [CreateMails1760000000006],
  },
  {
    providers: [Mailer, MailPages],
    exports: [Mailer],
  },
)
export class MailModule {}
