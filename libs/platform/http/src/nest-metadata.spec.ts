import 'reflect-metadata';
import {
  Body,
  Controller,
  Header,
  Param,
  Post,
  Query,
  RequestMethod,
  UseGuards,
  UseInterceptors,
  UsePipes,
} from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { expect, it } from 'vitest';
import * as nest from './nest-metadata.js';

class Guard {
  canActivate = () => true;
}
class Interceptor {
  intercept = () => undefined as never;
}
class Pipe {
  transform = (value: unknown) => value;
}

@Controller('things')
class Things {
  @Post()
  @UseGuards(Guard)
  @UseInterceptors(Interceptor)
  @UsePipes(Pipe)
  @Header('X-Thing', 'yes')
  @RouteConfig({ thing: true })
  make(@Param() _params: object, @Query() _query: object, @Body() _body: object): void {}
}

it('is where Nest keeps what its decorators say', () => {
  const { make } = Things.prototype;
  const said = (key: string, target: object = make): unknown => Reflect.getMetadata(key, target);
  expect(said(nest.PATH_METADATA, Things)).toBe('things');
  expect(said(nest.METHOD_METADATA)).toBe(RequestMethod.POST);
  expect(said(nest.GUARDS_METADATA)).toEqual([Guard]);
  expect(said(nest.INTERCEPTORS_METADATA)).toEqual([Interceptor]);
  expect(said(nest.PIPES_METADATA)).toEqual([Pipe]);
  expect(said(nest.HEADERS_METADATA)).toEqual([{ name: 'X-Thing', value: 'yes' }]);
  expect(said(nest.FASTIFY_ROUTE_CONFIG_METADATA)).toEqual({ thing: true });
  const { BODY, PARAM, QUERY } = nest.RouteParamtypes;
  const places = Reflect.getMetadata(nest.ROUTE_ARGS_METADATA, Things, 'make') as object;
  expect(Object.keys(places).toSorted()).toEqual([`${BODY}:2`, `${PARAM}:0`, `${QUERY}:1`].toSorted());
});

@WebSocketGateway()
class Gateway {
  @SubscribeMessage('greet')
  greet(@MessageBody() _greeting: object): void {}
}

it('is where Nest keeps what its decorators say of messages', () => {
  const { greet } = Gateway.prototype;
  expect(Reflect.getMetadata(nest.GATEWAY_METADATA, Gateway)).toBe(true);
  expect(Reflect.getMetadata(nest.MESSAGE_MAPPING_METADATA, greet)).toBe(true);
  expect(Reflect.getMetadata(nest.MESSAGE_METADATA, greet)).toBe('greet');
  const places = Reflect.getMetadata(nest.ROUTE_ARGS_METADATA, Gateway, 'greet') as object;
  expect(Object.keys(places)).toEqual([`${nest.RouteParamtypes.BODY}:0`]);
});
