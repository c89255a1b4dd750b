import { Body, Controller, Delete, Get, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { AtMost, Endpoint, IfMatch, OneOf } from '@gatehouse/gate';
import { Caller, type Precondition, type Principal } from '@gatehouse/http';
import { CursorPage, Page } from '@gatehouse/listing';
import { selfOr } from '@gatehouse/permissions';
import {
  CreateUserDto,
  ListUsersQuery,
  ReplaceUserDto,
  SetPasswordDto,
  UpdateProfileDto,
  UpdateUserDto,
  UserDto,
  UserParams,
} from './user.dto.js';
import { UsersService } from './users.service.js';

@Controller({ path: 'users', version: '1' })
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Endpoint({
    summary: 'List users',
    permissions: 'users.read',
    response: OneOf(Page(UserDto), CursorPage(UserDto)),
  })
  @Get()
  list(@Query() query: ListUsersQuery) {
    return this.users.list(query);
  }

  @Endpoint({
    summary: 'List the ten newest users',
    permissions: 'users.read',
    response: AtMost(10, UserDto),
  })
  @Get('recent')
  recent() {
    return this.users.recent();
  }

  @Endpoint({ summary: 'Get your own account', response: UserDto })
  @Get('me')
  me(@Caller() caller: Principal) {
    return this.users.get(caller.id);
  }

  @Endpoint({
    summary: 'Change your own account',
    description: 'The email is changed with `POST /auth/change-email`.',
    response: UserDto,
    errors: [409],
  })
  @Patch('me')
  updateMe(
    @Caller() caller: Principal,
    @Body() changes: UpdateProfileDto,
    @IfMatch(UserDto) ifMatch: Precondition,
  ) {
    return this.users.updateProfile(caller, changes, ifMatch);
  }

  @Endpoint({
    summary: 'Get a user',
    permissions: selfOr('users.read'),
    response: UserDto,
    errors: [404],
  })
  @Get(':id')
  get(@Param() { id }: UserParams) {
    return this.users.get(id);
  }

  @Endpoint({
    summary: 'Create a user of any role',
    permissions: 'users.write',
    response: UserDto,
    errors: [409],
  })
  @Post()
  create(@Body() account: CreateUserDto, @Caller() caller: Principal) {
    return this.users.create(account, caller);
  }

  @Endpoint({
    summary: 'Replace a user',
    description: 'Your own email is changed with `POST /auth/change-email`.',
    permissions: 'users.write',
    response: UserDto,
    errors: [400, 404, 409],
  })
  @Put(':id')
  replace(
    @Param() { id }: UserParams,
    @Body() user: ReplaceUserDto,
    @Caller() caller: Principal,
    @IfMatch(UserDto) ifMatch: Precondition,
  ) {
    return this.users.update(id, user, caller, ifMatch);
  }

  @Endpoint({
    summary: 'Change a user',
    description: 'Your own email is changed with `POST /auth/change-email`.',
    permissions: 'users.write',
    response: UserDto,
    errors: [400, 404, 409],
  })
  @Patch(':id')
  update(
    @Param() { id }: UserParams,
    @Body() changes: UpdateUserDto,
    @Caller() caller: Principal,
    @IfMatch(UserDto) ifMatch: Precondition,
  ) {
    return this.users.update(id, changes, caller, ifMatch);
  }

  @Endpoint({ summary: 'Delete a user', permissions: 'users.write', status: 204, errors: [400, 404] })
  @Delete(':id')
  remove(@Param() { id }: UserParams, @Caller() caller: Principal, @IfMatch(UserDto) ifMatch: Precondition) {
    return this.users.remove(id, caller, ifMatch);
  }

  @Endpoint({
    summary: 'Set the password of a user',
    description:
      'Ends all sessions of the user. Your own password is changed with `POST /auth/change-password`.',
    permissions: 'users.write',
    status: 204,
    errors: [400, 404],
  })
  @Post(':id/set-password')
  setPassword(
    @Param() { id }: UserParams,
    @Body() { password }: SetPasswordDto,
    @Caller() caller: Principal,
  ) {
    return this.users.setPassword(id, password, caller);
  }
}
