import { FeatureModule } from '@gatehouse/modules';
import { KeptMails } from './kept-mails.js';
import { Mail } from './mail.entity.js';
import { Mailer } from './mailer.js';
import { CreateMails1790000000004 } from './migrations/1790000000004-create-mails.js';
import { SendMailsInJobs1790000500000 } from './migrations/1790000500000-send-mails-in-jobs.js';

/** Mails. Declared like a feature, because it has a table. */
@FeatureModule(
  {
    root: 'mail',
    tag: 'Mail',
    description: 'Mails that wait to be sent.',
    entities: [Mail],
    migrations: [CreateMails1790000000004, SendMailsInJobs1790000500000],
  },
  {
    providers: [Mailer, KeptMails],
    exports: [Mailer, KeptMails],
  },
)
export class MailModule {}
