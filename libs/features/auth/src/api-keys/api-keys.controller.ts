import { Body, Controller, Delete, Get, Header, Param, Post } from '@nestjs/common';
import { AtMost, Endpoint, IfMatch } from '@gatehouse/gate';
import { Caller, type ClientInfo, FromClient, type Precondition, type Principal } from '@gatehouse/http';
import { humanOnly } from '@gatehouse/permissions';
import { SmallBodies } from '../auth.decorators.js';
import { ApiKeysService } from './api-keys.service.js';
import { ApiKeyDto, ApiKeyParams, CreateApiKeyDto, CreatedApiKeyDto } from './api-key.dto.js';

@SmallBodies()
@Controller({ path: 'auth/api-keys', version: '1' })
export class ApiKeysController {
  constructor(private readonly apiKeys: ApiKeysService) {}

  @Endpoint({
    summary: 'Create an API key',
    description:
      'With permissions that you hold. The key loses permissions that you lose, and is shown only once.',
    permissions: humanOnly,
    response: CreatedApiKeyDto,
    errors: [400],
  })
  @Post()
  @Header('Cache-Control', 'no-store')
  create(@Body() key: CreateApiKeyDto, @Caller() caller: Principal, @FromClient() client: ClientInfo) {
    return this.apiKeys.create(key, caller, client);
  }

  @Endpoint({
    summary: 'List your API keys, newest first',
    permissions: humanOnly,
    response: AtMost(1000, ApiKeyDto),
  })
  @Get()
  list(@Caller() caller: Principal) {
    return this.apiKeys.list(caller);
  }

  @Endpoint({ summary: 'Get an API key', permissions: humanOnly, response: ApiKeyDto, errors: [404] })
  @Get(':id')
  get(@Param() { id }: ApiKeyParams, @Caller() caller: Principal) {
    return this.apiKeys.get(id, caller);
  }

  @Endpoint({
    summary: 'Delete an API key',
    description: 'The key stops working immediately.',
    permissions: humanOnly,
    status: 204,
    errors: [404],
  })
  @Delete(':id')
  remove(
    @Param() { id }: ApiKeyParams,
    @Caller() caller: Principal,
    @FromClient() client: ClientInfo,
    @IfMatch(ApiKeyDto) ifMatch: Precondition,
  ) {
    return this.apiKeys.remove(id, caller, client, ifMatch);
  }
}
