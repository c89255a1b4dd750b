import { Readable } from 'node:stream';
import { Body, Controller, Header, Post, Req } from '@nestjs/common';
import { ApiBody, ApiResponse } from '@nestjs/swagger';
import { Endpoint } from '@gatehouse/gate';
import { Public } from '@gatehouse/permissions';
import { readObject } from '@gatehouse/validation';
import type { FastifyRequest } from 'fastify';
import { jsonOf } from './json-of.js';

const OBJECT = { type: 'object', additionalProperties: true } as const;

@Controller({ path: 'echo', version: '0' })
export class EchoController {
  @ApiBody({ schema: OBJECT, examples: { text: { value: { text: 'Hello' } } } })
  @ApiResponse({ status: 200, schema: OBJECT })
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
