import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '@gatehouse/audit';
import { AuthModule } from '@gatehouse/auth';
import { MailModule } from '@gatehouse/mail';
import { FeatureModule } from '@gatehouse/modules';
import { UsersModule } from '@gatehouse/users';
import { AccountMails } from './account-mails.js';
import { AccountToken } from './account-token.entity.js';
import { AccountTokens } from './account-tokens.js';
import { EmailsService } from './emails.service.js';
import { LinkRequest } from './link-request.entity.js';
import { LinkRequests } from './link-requests.js';
import { CreateAccountTokens1760000000004 } from './migrations/1760000000004-create-account-tokens.js';
import { AccountPages } from './pages/account-pages.js';
import { PasswordsService } from './passwords.service.js';
import { RecoveryController } from './recovery.controller.js';

const entities = [AccountToken, LinkRequest];

@FeatureModule(
  {
    root: 'accounts',
    tag: 'Account recovery',
    description: 'Forgotten and changed passwords, and verified email addresses.',
    entities,
    migrations: [CreateAccountTokens1760000000004],
  },
  {
    imports: [AuditModule, AuthModule, MailModule, UsersModule, TypeOrmModule.forFeature(entities)],
    controllers: [RecoveryController],
    providers: [PasswordsService, EmailsService, AccountTokens, AccountMails, AccountPages, LinkRequests],
  },
)
export class AccountRecoveryModule {}
