import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '@gatehouse/audit';
import { ListingModule } from '@gatehouse/listing';
import { FeatureModule } from '@gatehouse/modules';
import { UsersModule } from '@gatehouse/users';
import { DefaultGrants } from './default-grants.js';
import { GrantsService } from './grants.service.js';
import { GroupAuthority } from './group-authority.js';
import { GroupMember } from './group-member.entity.js';
import { Group } from './group.entity.js';
import { GroupsController } from './groups.controller.js';
import { GroupsService } from './groups.service.js';
import { MembersController } from './members.controller.js';
import { MembersService } from './members.service.js';
import { CreateGroupsAndGrants1760000000007 } from './migrations/1760000000007-create-groups-and-grants.js';
import { KnownPermission, PermissionGrant } from './permission.entity.js';
import { PermissionsController } from './permissions.controller.js';

const entities = [Group, GroupMember, KnownPermission, PermissionGrant];

@FeatureModule(
  {
    root: 'access',
    tag: 'Groups and permissions',
    description: 'Permissions of users, through their role and groups.',
    permissions: [
      {
        name: 'access.read',
        description: 'See groups, their members, and granted permissions',
        defaultRoles: ['moderator'],
      },
      {
        name: 'access.write',
        description:
          'Create, change and delete groups, and the members of groups that hold no permission you lack',
        defaultRoles: [],
      },
    ],
    entities,
    migrations: [CreateGroupsAndGrants1760000000007],
  },
  {
    imports: [AuditModule, ListingModule, TypeOrmModule.forFeature(entities), UsersModule],
    controllers: [GroupsController, MembersController, PermissionsController],
    providers: [DefaultGrants, GrantsService, GroupAuthority, GroupsService, MembersService],
    exports: [GroupAuthority],
  },
)
export class GroupsModule {}
