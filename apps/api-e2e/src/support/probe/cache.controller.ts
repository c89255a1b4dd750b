import { Controller, Get, Header, Param, Post, Query } from '@nestjs/common';
import { Endpoint } from '@gatehouse/gate';
import { Caller, type Principal } from '@gatehouse/http';
import { Public } from '@gatehouse/permissions';
import { minutes, seconds } from '@gatehouse/throttle';
import { Headers, Probe, ProbeDto, ProbeParams, ProbeQuery, type SetHeader } from './probe.js';

const tags = ['probe'];

/** Cached routes of every kind. */
@Controller({ path: 'probe/cache', version: '1' })
export class ProbeCacheController {
  constructor(private readonly probe: Probe) {}

  private async answer(route: string, caller?: Principal): Promise<ProbeDto> {
    const count = await this.probe.call(route);
    return { caller: caller?.username ?? 'nobody', count, value: this.probe.value };
  }

  @Endpoint({
    summary: 'Mine',
    permissions: Public,
    throttle: false,
    cache: { ttl: minutes(1), tags },
    response: ProbeDto,
  })
  @Get('mine')
  mine(@Caller() caller: Principal | undefined, @Query() _: ProbeQuery) {
    return this.answer('mine', caller);
  }

  @Endpoint({
    summary: 'Ours',
    permissions: Public,
    throttle: false,
    cache: { ttl: minutes(1), shared: true, tags },
    response: ProbeDto,
  })
  @Get('shared')
  shared(@Caller() caller: Principal | undefined, @Query() _: ProbeQuery) {
    return this.answer('shared', caller);
  }

  @Endpoint({
    summary: 'By path',
    permissions: Public,
    throttle: false,
    cache: { ttl: minutes(1), shared: true, tags },
    response: ProbeDto,
  })
  @Get('path/:text')
  async path(@Param() { text }: ProbeParams) {
    return { ...(await this.answer(`path ${text}`)), text };
  }

  @Endpoint({
    summary: 'Short',
    permissions: Public,
    throttle: false,
    cache: { ttl: seconds(1), shared: true, tags },
    response: ProbeDto,
  })
  @Get('short')
  short() {
    return this.answer('short');
  }

  @Endpoint({
    summary: 'Headers',
    permissions: Public,
    throttle: false,
    cache: { ttl: minutes(1), shared: true, tags },
    response: ProbeDto,
  })
  @Header('content-disposition', 'inline')
  @Get('headers')
  headers(@Headers() set: SetHeader) {
    set('set-cookie', 'secret=1');
    set('x-own', 'own');
    set('x-frame-options', 'SAMEORIGIN');
    return this.answer('headers');
  }

  @Endpoint({
    summary: 'Not 200',
    permissions: Public,
    throttle: false,
    status: 203,
    cache: { ttl: minutes(1), shared: true, tags },
    response: ProbeDto,
  })
  @Get('not-200')
  notOk() {
    return this.answer('not-200');
  }

  @Endpoint({
    summary: 'Fails',
    permissions: Public,
    throttle: false,
    cache: { ttl: minutes(1), shared: true, tags },
    response: ProbeDto,
  })
  @Get('fails')
  async fails(): Promise<ProbeDto> {
    await this.probe.call('fails');
    throw new Error('SELECT secret FROM inside');
  }

  @Endpoint({
    summary: 'Large',
    permissions: Public,
    throttle: false,
    cache: { ttl: minutes(1), shared: true, tags },
    response: ProbeDto,
  })
  @Get('large')
  async large() {
    return { ...(await this.answer('large')), text: 'large '.repeat(500) };
  }

  @Endpoint({ summary: 'Write', permissions: Public, throttle: false, status: 204, invalidates: tags })
  @Post('drop')
  drop() {
    this.probe.value++;
  }

  @Endpoint({ summary: 'Write badly', permissions: Public, throttle: false, status: 204, invalidates: tags })
  @Post('drop-fails')
  dropFails() {
    throw new Error('not written');
  }
}
