import { Controller, Delete, Get, Param } from '@nestjs/common';
import { AtMost, Endpoint, IfMatch } from '@gatehouse/gate';
import { Caller, type ClientInfo, FromClient, type Precondition, type Principal } from '@gatehouse/http';
import { humanOnly } from '@gatehouse/permissions';
import { SmallBodies } from '../auth.decorators.js';
import { SessionDto, SessionParams } from './session.dto.js';
import { SessionsService } from './sessions.service.js';

const LOG_INS = AtMost(1000, SessionDto);

@SmallBodies()
@Controller({ path: 'auth/sessions', version: '1' })
export class SessionsController {
  constructor(private readonly sessions: SessionsService) {}

  @Endpoint({
    summary: 'List your sessions',
    description: 'Valid sessions, most recently used first.',
    permissions: humanOnly,
    response: LOG_INS,
  })
  @Get()
  list(@Caller() caller: Principal) {
    return this.sessions.list(caller);
  }

  @Endpoint({
    summary: 'End one of your sessions',
    description: 'Its tokens or its cookie stop working immediately.',
    permissions: humanOnly,
    status: 204,
    errors: [404],
  })
  @Delete(':id')
  revoke(@Caller() caller: Principal, @Param() { id }: SessionParams, @FromClient() client: ClientInfo) {
    return this.sessions.revoke(caller, id, client);
  }

  @Endpoint({ summary: 'End all of your sessions, including this one', permissions: humanOnly, status: 204 })
  @Delete()
  revokeAll(
    @Caller() caller: Principal,
    @FromClient() client: ClientInfo,
    @IfMatch(LOG_INS) ifMatch: Precondition,
  ) {
    return this.sessions.revokeAll(caller, client, ifMatch);
  }
}
