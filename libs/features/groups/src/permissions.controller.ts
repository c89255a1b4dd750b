import { Controller, Delete, Get, Param, Put } from '@nestjs/common';
import { AtMost, Endpoint } from '@gatehouse/gate';
import { Caller, type ClientInfo, FromClient, type Principal } from '@gatehouse/http';
import { hasRole } from '@gatehouse/permissions';
import { GrantsService } from './grants.service.js';
import { GroupGrantParams, PermissionDto, RoleGrantParams } from './permission.dto.js';

const permissions = hasRole('admin');

@Controller({ path: 'permissions', version: '1' })
export class PermissionsController {
  constructor(private readonly grants: GrantsService) {}

  @Endpoint({
    summary: 'List the permissions with their grants',
    description: 'The role `admin` has every permission, without a grant.',
    permissions: 'access.read',
    response: AtMost(1000, PermissionDto),
  })
  @Get()
  list() {
    return this.grants.list();
  }

  @Endpoint({ summary: 'Grant a permission to a role', permissions, status: 204, errors: [400, 404] })
  @Put(':name/grants/role/:role')
  grantRole(
    @Param() { name, role }: RoleGrantParams,
    @Caller() caller: Principal,
    @FromClient() client: ClientInfo,
  ) {
    return this.grants.add(name, { role }, caller, client);
  }

  @Endpoint({ summary: 'Revoke a permission from a role', permissions, status: 204, errors: [400, 404] })
  @Delete(':name/grants/role/:role')
  revokeRole(
    @Param() { name, role }: RoleGrantParams,
    @Caller() caller: Principal,
    @FromClient() client: ClientInfo,
  ) {
    return this.grants.remove(name, { role }, caller, client);
  }

  @Endpoint({ summary: 'Grant a permission to a group', permissions, status: 204, errors: [404] })
  @Put(':name/grants/group/:groupId')
  grantGroup(
    @Param() { name, groupId }: GroupGrantParams,
    @Caller() caller: Principal,
    @FromClient() client: ClientInfo,
  ) {
    return this.grants.add(name, { groupId }, caller, client);
  }

  @Endpoint({ summary: 'Revoke a permission from a group', permissions, status: 204, errors: [404] })
  @Delete(':name/grants/group/:groupId')
  revokeGroup(
    @Param() { name, groupId }: GroupGrantParams,
    @Caller() caller: Principal,
    @FromClient() client: ClientInfo,
  ) {
    return this.grants.remove(name, { groupId }, caller, client);
  }
}
