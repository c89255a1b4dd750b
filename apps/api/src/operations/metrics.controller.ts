import { Controller, Get, Header, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Endpoint } from '@gatehouse/gate';
import { Metrics } from '@gatehouse/observability';
import { Public } from '@gatehouse/permissions';

@ApiTags('Operations')
@Controller({ path: 'metrics', version: VERSION_NEUTRAL })
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Endpoint({
    summary: 'Metrics of this process in the Prometheus text format',
    permissions: Public,
    throttle: false,
    produces: ['text/plain'],
  })
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  @Get()
  render() {
    return this.metrics.render();
  }
}
