import { Controller, Get, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Endpoint } from '@gatehouse/gate';
import { HealthService } from '@gatehouse/observability';
import { Public } from '@gatehouse/permissions';
import { LiveDto, ReadyDto } from './health.dto.js';

@ApiTags('Operations')
@Controller({ path: 'health', version: VERSION_NEUTRAL })
export class HealthController {
  constructor(private readonly health: HealthService) {}

  @Endpoint({
    summary: 'Whether the process answers',
    permissions: Public,
    throttle: false,
    response: LiveDto,
  })
  @Get('live')
  live() {
    return { status: 'ok' };
  }

  @Endpoint({
    summary: 'Whether the process can accept requests',
    description:
      'Checks the database, the background jobs, and Redis and S3 (`storage`) when there is one. 503 while the database is ' +
      'unavailable or the server shuts down. Without the others, requests are still answered: `degraded`.',
    permissions: Public,
    throttle: false,
    response: ReadyDto,
    errors: [503],
  })
  @Get('ready')
  ready() {
    return this.health.ready();
  }
}
