import { AuditModule } from '@gatehouse/audit';
import { AuthModule } from '@gatehouse/auth';
import { MailModule } from '@gatehouse/mail';
import { FeatureModule } from '@gatehouse/modules';
import { UsersModule } from '@gatehouse/users';
import { AccountMails } from './account-mails.js';
import { AccountToken } from './account-token.entity.js';
import { AccountTokens } from './account-tokens.js';
import { EmailChange } from './email-change.service.js';
import { EmailVerification } from './email-verification.service.js';
import { LinkRequest } from './link-request.entity.js';
import { LinkRequests } from './link-requests.js';
import { CreateAccountTokens1760000000004 } from './migrations/1760000000004-create-account-tokens.js';
import { WelcomeNewUsers } from './welcome-new-users.js';
import { AccountPages } from './pages/account-pages.js';
import { PasswordChange } from './password-change.service.js';
import { PasswordRecovery } from './password-recovery.service.js';
import { RecoveryController } from './recovery.controller.js';

@FeatureModule(
  {
    root: 'accounts',
    tag: 'Account recovery',
    description: 'Forgotten and changed passwords, and verified email addresses.',
    entities: [AccountToken, LinkRequest],
    migrations: [CreateAccountTokens1760000000004],
  },
  {
    imports: [AuditModule, AuthModule, MailModule, UsersModule],
    controllers: [RecoveryController],
    providers: [
      PasswordRecovery,
      PasswordChange,
      EmailVerification,
      EmailChange,
      WelcomeNewUsers,
      AccountTokens,
      AccountMails,
      AccountPages,
      LinkRequests,
    ],
  },
)
export class AccountRecoveryModule {}
