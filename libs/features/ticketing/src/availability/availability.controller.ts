import { Controller, Get, Header, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Endpoint } from '@gatehouse/gate';
import { type ClientInfo, FromClient } from '@gatehouse/http';
import { Public } from '@gatehouse/permissions';
import { CategoryParams, EventParams, EventSessionParams, QuotaDto } from '../ticketing.dto.js';
import { AvailabilityService } from './availability.service.js';

const QUOTA = { response: QuotaDto, errors: [404] };

@Controller({ path: 'ticketing', version: '1' })
export class AvailabilityController {
  constructor(private readonly availability: AvailabilityService) {}

  @Endpoint({ ...QUOTA, permissions: Public, summary: 'Get the number of places left for an event' })
  @Get('events/:id/quota')
  ofEvent(@Param() { id }: EventParams) {
    return this.availability.ofEvent(id);
  }

  @Endpoint({ ...QUOTA, permissions: Public, summary: 'Get the number of places left for a session' })
  @Get('sessions/:id/quota')
  ofSession(@Param() { id }: EventSessionParams) {
    return this.availability.ofSession(id);
  }

  @Endpoint({ ...QUOTA, permissions: Public, summary: 'Get the number of places left in a category' })
  @Get('categories/:id/quota')
  ofCategory(@Param() { id }: CategoryParams) {
    return this.availability.ofCategory(id);
  }

  @Endpoint({
    summary: 'Watch the number of places left for an event',
    description:
      'Server-sent events: one immediately, then one at each change, `{eventId, quota, used, remaining, sessions, ' +
      'categories}`; each session and category has `id`, `quota`, `used` and `remaining`. Changes in quick ' +
      'succession are merged. A stream ends after an hour; reconnect then.',
    permissions: Public,
    produces: ['text/event-stream'],
    errors: [404],
  })
  @Header('cache-control', 'no-store')
  @Header('content-type', 'text/event-stream')
  @Header('x-accel-buffering', 'no')
  @Get('events/:id/availability')
  async watch(@Param() { id }: EventParams, @Res() reply: FastifyReply, @FromClient() client: ClientInfo) {
    // Nest's own streaming would hold more memory per open stream than the stream itself.
    void reply.send(await this.availability.watch(id, reply.request.method, client));
  }
}
