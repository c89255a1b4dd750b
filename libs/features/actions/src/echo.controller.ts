import { Readable } from 'node:stream';
import { Body, Controller, Header, Post, Req } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { Endpoint } from '@gatehouse/gate';
import { Public } from '@gatehouse/permissions';
import { readObject } from '@gatehouse/validation';
import type { FastifyRequest } from 'fastify';
import { ANY_OBJECT } from './document-actions.js';
import { jsonOf } from './json-of.js';

@Controller({ path: 'echo', version: '0' })
export class EchoController {
  @ApiResponse({ status: 200, schema: ANY_OBJECT })
  @Endpoint({
    summary: 'Return the request, plus `server`',
    permissions: Public,
    input: { body: { stream: ['application/json'] } },
    status: 200,
  })
  @Header('content-type', 'application/json; charset=utf-8')
  @Post('read')
  async read(@Body() _body: Readable, @Req() request: FastifyRequest): Promise<string> {
    return jsonOf({ ...(await readObject(request)), server: 'Gatehouse' });
  }
}
