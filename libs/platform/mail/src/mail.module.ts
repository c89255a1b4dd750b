import { FeatureModule } from '@gatehouse/modules';
import { KeptMails } from './kept-mails.js';
import { MailDelivery } from './mail-delivery.js';
import { Mail } from './mail.entity.js';
import { Mailer } from './mailer.js';
import { CreateMails1790000000004 } from './migrations/1790000000004-create-mails.js';
import { Outbox } from './outbox.js';
import { OutboxSignal } from './outbox-signal.js';

/** The outbox. Declared like a feature, because it has a table. */
@FeatureModule(
  {
    root: 'mail',
    tag: 'Mail',
    description: 'Mails that wait to be sent.',
    entities: [Mail],
    migrations: [CreateMails1790000000004],
  },
  {
    providers: [Mailer, Outbox, OutboxSignal, MailDelivery, KeptMails],
    exports: [Mailer, Outbox, KeptMails],
  },
)
export class MailModule {}
