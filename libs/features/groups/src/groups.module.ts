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
import { GroupsListing } from './groups.listing.js';
import { GroupsService } from './groups.service.js';
import { KnownPermission } from './known-permission.entity.js';
import { MembersController } from './members.controller.js';
import { MembersListing } from './members.listing.js';
import { MembersService } from './members.service.js';
import { CreateGroupsAndGrants1760000000007 } from './migrations/1760000000007-create-groups-and-grants.js';
import { PermissionGrant } from './permission-grant.entity.js';
import { PermissionsController } from './permissions.controller.js';
import { PermissionsListing } from './permissions.listing.js';

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
    entities: [Group, GroupMember, KnownPermission, PermissionGrant],
    migrations: [CreateGroupsAndGrants1760000000007],
  },
  {
    imports: [AuditModule, ListingModule, TypeOrmModule.forFeature([Group, GroupMember]), UsersModule],
    controllers: [GroupsController, MembersController, PermissionsController],
    providers: [
      DefaultGrants,
      GrantsService,
      GroupAuthority,
      GroupsListing,
      GroupsService,
      MembersListing,
      MembersService,
      PermissionsListing,
    ],
    exports: [GroupAuthority],
  },
)
export class GroupsModule {}
