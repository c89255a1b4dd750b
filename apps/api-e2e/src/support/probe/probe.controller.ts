import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeEndpoint } from '@nestjs/swagger';
import { Endpoint, Middlewares } from '@gatehouse/gate';
import { Caller, type Principal } from '@gatehouse/http';
import { type PermissionFunction, Public } from '@gatehouse/permissions';
import { seconds } from '@gatehouse/throttle';
import { ClosedPermission, ProbeDto, ProbeParams, SlowPermission, TraceMiddleware } from './probe.js';

const yes: PermissionFunction = () => true;
const no: PermissionFunction = () => false;
const truthy = (() => 1) as unknown as PermissionFunction;
const laterTruthy = (async () => 'yes') as unknown as PermissionFunction;
const OWN_THROTTLE = { limit: 2, ttl: seconds(2) };

const answer = (caller: Principal | undefined): ProbeDto => ({
  caller: caller?.username ?? 'nobody',
  count: 0,
  value: 0,
});

/** A route for each way to declare permissions and throttles. */
@Middlewares(new TraceMiddleware('controller'))
@Controller({ path: 'probe', version: '1' })
export class ProbeController {
  @ApiExcludeEndpoint()
  @Get('undeclared')
  undeclared(@Caller() caller: Principal) {
    return answer(caller);
  }

  @Endpoint({ summary: 'Default', response: ProbeDto })
  @Get('default')
  default(@Caller() caller: Principal) {
    return answer(caller);
  }

  @Endpoint({ summary: 'Public', permissions: Public, response: ProbeDto })
  @Get('public')
  public(@Caller() caller: Principal | undefined) {
    return answer(caller);
  }

  @Endpoint({ summary: 'Name', permissions: 'probe.use', response: ProbeDto })
  @Get('may/name')
  name(@Caller() caller: Principal) {
    return answer(caller);
  }

  @Endpoint({ summary: 'Function', permissions: no, response: ProbeDto })
  @Get('may/function-no')
  functionNo() {
    return answer(undefined);
  }

  @Endpoint({ summary: 'Truthy', permissions: truthy, response: ProbeDto })
  @Get('may/truthy')
  truthy() {
    return answer(undefined);
  }

  @Endpoint({ summary: 'Truthy, later', permissions: laterTruthy, response: ProbeDto })
  @Get('may/later-truthy')
  laterTruthy() {
    return answer(undefined);
  }

  @Endpoint({ summary: 'Class', permissions: SlowPermission, throttle: false, response: ProbeDto })
  @Get('may/class')
  class(@Caller() caller: Principal) {
    return answer(caller);
  }

  @Endpoint({ summary: 'Class that refuses', permissions: ClosedPermission, response: ProbeDto })
  @Get('may/class-no')
  classNo() {
    return answer(undefined);
  }

  @Endpoint({ summary: 'All', permissions: [yes, SlowPermission, 'probe.use'], response: ProbeDto })
  @Get('may/all')
  all(@Caller() caller: Principal) {
    return answer(caller);
  }

  @Endpoint({
    summary: 'All but the last',
    permissions: [yes, SlowPermission, 'probe.use', no],
    response: ProbeDto,
  })
  @Get('may/all-but-one')
  allButOne() {
    return answer(undefined);
  }

  @Endpoint({ summary: 'Own throttle', permissions: Public, throttle: OWN_THROTTLE, response: ProbeDto })
  @Get('limited/:text')
  limited(@Param() { text }: ProbeParams) {
    return { ...answer(undefined), text };
  }

  @Endpoint({ summary: 'Other throttle', permissions: Public, throttle: OWN_THROTTLE, response: ProbeDto })
  @Get('limited-too')
  limitedToo(@Caller() caller: Principal | undefined) {
    return answer(caller);
  }

  @Endpoint({
    summary: 'Middlewares',
    permissions: Public,
    response: ProbeDto,
    middlewares: [new TraceMiddleware('outer'), new TraceMiddleware('inner')],
  })
  @Get('traced')
  traced() {
    return answer(undefined);
  }

  @Endpoint({ summary: 'More than it declares', permissions: Public, response: ProbeDto })
  @Post('leaky')
  leaky() {
    return { ...answer(undefined), id: 7, passwordHash: 'secret' };
  }

  @Endpoint({ summary: 'Fails', permissions: Public, response: ProbeDto })
  @Get('fails')
  fails(): ProbeDto {
    throw new Error('INSERT INTO secrets VALUES (1) at /src/inside.ts:1');
  }
}
