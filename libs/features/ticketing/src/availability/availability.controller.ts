import { Controller, Get, Header, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Endpoint } from '@gatehouse/gate';
import { type Client, FromClient } from '@gatehouse/http';
import { Public } from '@gatehouse/permissions';
import { CategoryParams, EventParams, EventSessionParams, QuotaDto } from '../ticketing.dto.js';
import { AvailabilityService } from './availability.service.js';

const QUOTA = { response: QuotaDto, errors: [404] };

@Controller({ path: 'ticketing', version: '1' })
export class AvailabilityController {
  constructor(private readonly availability: AvailabilityService) {}

  @Endpoint({ ...QUOTA, permissions: Public, summary: 'Get how many places of an event are left' })
  @Get('events/:id/quota')
  ofEvent(@Param() { id }: EventParams) {
    return this.availability.ofEvent(id);
  }

  @Endpoint({ ...QUOTA, permissions: Public, summary: 'Get how many places of a session are left' })
  @Get('sessions/:id/quota')
  ofSession(@Param() { id }: EventSessionParams) {
    return this.availability.ofSession(id);
  }

  @Endpoint({ ...QUOTA, permissions: Public, summary: 'Get how many places of a category are left' })
  @Get('categories/:id/quota')
  ofCategory(@Param() { id }: CategoryParams) {
    return this.availability.ofCategory(id);
  }

  @Endpoint({
    summary: 'Watch how many places of an event are left',
    description:
      'Server-sent events: one at once, then one at each change, `{eventId, quota, used, remaining, sessions, ' +
      'categories}`; each session and category has `id`, `quota`, `used` and `remaining`. Changes that follow each ' +
      'other closely come as one. A stream ends after an hour; connect again.',
    permissions: Public,
    produces: ['text/event-stream'],
    errors: [404],
  })
  @Header('cache-control', 'no-store')
  @Header('content-type', 'text/event-stream')
  @Header('x-accel-buffering', 'no')
  @Get('events/:id/availability')
  async watch(@Param() { id }: EventParams, @Res() reply: FastifyReply, @FromClient() client: Client) {
    // Nest would hold more for each stream that it sends itself, until it ends, than the stream takes.
    void reply.send(await this.availability.watch(id, reply.request.method, client));
  }
}
