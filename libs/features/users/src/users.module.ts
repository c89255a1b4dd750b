import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '@gatehouse/audit';
import { ListingModule } from '@gatehouse/listing';
import { FeatureModule } from '@gatehouse/modules';
import { FirstAdministrator } from './first-administrator.js';
import { CreateUsers1760000000002 } from './migrations/1760000000002-create-users.js';
import { PasswordHasher } from './password-hasher.js';
import { roles } from './roles.js';
import { UserAccounts } from './user-accounts.js';
import { AuthorityRules } from './user-authority.js';
import { User } from './user.entity.js';
import { UsersController } from './users.controller.js';
import { UsersFactory } from './development/users.factory.js';
import { UsersService } from './users.service.js';
import { UsersV2Controller } from './users-v2.controller.js';
import { UsersSettings } from './users.settings.js';

@FeatureModule(
  {
    root: 'users',
    tag: 'Users',
    description: 'Accounts: your own and, with the permissions for it, those of others.',
    permissions: [
      {
        name: 'users.read',
        description: 'List users and see their accounts',
        defaultRoles: ['moderator'],
      },
      {
        name: 'users.write',
        description: 'Create, change and delete users whose role is not higher than your own',
        defaultRoles: [],
      },
    ],
    roles,
    settings: UsersSettings,
    entities: [User],
    migrations: [CreateUsers1760000000002],
    factory: { use: UsersFactory },
  },
  {
    imports: [AuditModule, ListingModule, TypeOrmModule.forFeature([User])],
    controllers: [UsersController, UsersV2Controller],
    providers: [UsersService, UserAccounts, PasswordHasher, AuthorityRules, FirstAdministrator],
    exports: [UsersService, UserAccounts, PasswordHasher, AuthorityRules],
  },
)
export class UsersModule {}
