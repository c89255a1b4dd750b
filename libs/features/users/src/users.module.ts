import { AuditModule } from '@gatehouse/audit';
import { ListingModule } from '@gatehouse/listing';
import { FeatureModule } from '@gatehouse/modules';
import { AuthorityRules } from './authority-rules.js';
import { FirstAdministrator } from './first-administrator.js';
import { CreateUsers1790000000001 } from './migrations/1790000000001-create-users.js';
import { AddEmailVerifiedAt1790000000020 } from './migrations/1790000000020-add-email-verified-at.js';
import { SearchUsersInAnyLocale1790000000022 } from './migrations/1790000000022-search-users-in-any-locale.js';
import { CompareEmails1790000000030 } from './migrations/1790000000030-compare-emails.js';
import { FindCapitalSharpS1790000000050 } from './migrations/1790000000050-find-capital-sharp-s.js';
import { PasswordHasher } from './password-hasher.js';
import { UserAccounts } from './user-accounts.js';
import { UserCredentials } from './user-credentials.js';
import { User } from './user.entity.js';
import { UsersController } from './users.controller.js';
import { UsersFactory } from './users.factory.js';
import { UsersListing } from './users.listing.js';
import { UsersService } from './users.service.js';
import { UsersSettings } from './users.settings.js';

@FeatureModule(
  {
    root: 'users',
    tag: 'Users',
    description: 'Accounts: your own, and for those who may, everybody’s.',
    permissions: [
      {
        name: 'users.read',
        description: 'List users and see their accounts',
        defaultRoles: ['moderator'],
      },
      {
        name: 'users.write',
        description: 'Create, change and delete users of no higher role than the own',
        defaultRoles: [],
      },
    ],
    settings: UsersSettings,
    entities: [User],
    migrations: [
      CreateUsers1790000000001,
      AddEmailVerifiedAt1790000000020,
      SearchUsersInAnyLocale1790000000022,
      CompareEmails1790000000030,
      FindCapitalSharpS1790000000050,
    ],
    factory: { use: UsersFactory },
  },
  {
    imports: [AuditModule, ListingModule],
    controllers: [UsersController],
    providers: [
      UsersService,
      UsersListing,
      UserAccounts,
      UserCredentials,
      PasswordHasher,
      AuthorityRules,
      FirstAdministrator,
    ],
    exports: [UsersService, UserAccounts, UserCredentials, PasswordHasher, AuthorityRules],
  },
)
export class UsersModule {}
