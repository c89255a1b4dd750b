import { Readable } from 'node:stream';
import { Body, Controller, Get, Param, ParseIntPipe, Post, Put, Query, Req, UsePipes } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { Input, inputsOf, IntegerField, StringField, ValidationPipe } from '../index.js';

class Params {
  @IntegerField()
  id: number;
}

class Filter {
  @StringField({ optional: true })
  q?: string;
}

class Bare {
  q: string;
}

class Base {
  @Get(':id')
  inherited(@Param() _params: Params, @Query() _query: Filter) {}
}

@Controller('things')
class Things extends Base {
  @Get()
  none(@Req() _request: unknown) {}

  @Post()
  @Input({ body: { types: ['form'], limit: 10 } })
  form(@Body() _body: Filter) {}

  @Put()
  @Input({ body: { stream: ['Text/CSV'] } })
  stream(@Body() _body: Readable) {}

  @Post()
  scalarBody(@Body('x') _x: string) {}

  @Get()
  scalarQuery(@Query('page') _page: number) {}

  @Get(':id')
  scalarParam(@Param('id') _id: string) {}

  @Post()
  untyped(@Body() _body: unknown) {}

  @Post()
  array(@Body() _body: Filter[]) {}

  @Get()
  bare(@Query() _query: Bare) {}

  @Get(':id/:other')
  missing(@Param() _params: Params) {}

  @Get(':id')
  undeclared() {}

  @Get()
  surplus(@Param() _params: Params) {}

  @Get()
  twice(@Query() _a: Filter, @Query() _b: Params) {}

  @Post()
  @Input({ body: { limit: 0 } })
  noLimit(@Body() _body: Filter) {}

  @Post()
  @Input({ body: { stream: ['text/csv'] } })
  streamedDto(@Body() _body: Filter) {}
}

const [ownPipe, methodPipe, controllerPipe] = ['own', 'method', 'controller'].map(
  (group) => new ValidationPipe({ groups: [group] }),
);

@UsePipes(controllerPipe!)
@Controller()
class Piped {
  @UsePipes(ParseIntPipe, methodPipe!)
  @Post()
  own(@Query(ownPipe!) _query: Filter, @Body() _body: Filter) {}

  @Post()
  inherited(@Query(ParseIntPipe) _query: Filter, @Body() _body: Filter) {}
}

describe('inputsOf', () => {
  it('finds the DTO classes of a route, including inherited ones', () => {
    expect(inputsOf(Things, 'inherited')).toMatchObject({
      params: Params,
      query: Filter,
      body: { dto: undefined },
    });
    expect(inputsOf(Things, 'none')).toEqual({
      params: undefined,
      query: undefined,
      body: {
        dto: undefined,
        types: ['application/json'],
        ignored: new Set(),
        limit: 131_072,
        isOptional: false,
        isStream: false,
        files: new Map(),
      },
      pipes: {},
    });
  });

  it('finds the pipe of an input: its own, that of the method, that of the controller', () => {
    const { pipes: own } = inputsOf(Piped, 'own');
    expect([own.query, own.body].map((pipe) => [ownPipe, methodPipe].indexOf(pipe))).toEqual([0, 1]);
    const { pipes: inherited } = inputsOf(Piped, 'inherited');
    expect([inherited.query, inherited.body].map((pipe) => pipe === controllerPipe)).toEqual([true, true]);
  });

  it('knows what the body may be', () => {
    expect(inputsOf(Things, 'form').body).toEqual({
      dto: Filter,
      types: ['application/x-www-form-urlencoded'],
      ignored: new Set(),
      limit: 10,
      isOptional: false,
      isStream: false,
      files: new Map(),
    });
    expect(inputsOf(Things, 'stream').body).toMatchObject({
      dto: undefined,
      types: ['text/csv'],
      isOptional: false,
      isStream: true,
    });
  });

  it.each([
    ['scalarBody', 'Things.scalarBody: @Body() must not pick "x"'],
    ['scalarQuery', '@Query() must not pick "page"'],
    ['scalarParam', '@Param() must not pick "id"'],
    ['untyped', '@Body() must have a DTO class with validation rules'],
    ['array', '@Body() must have a DTO class with validation rules'],
    ['bare', '@Query() must have a DTO class with validation rules'],
    ['missing', 'no DTO of @Param() has the path parameter other'],
    ['undeclared', 'no DTO of @Param() has the path parameter id'],
    ['surplus', 'the path has no parameter id'],
    ['twice', '@Query() is there twice'],
    ['noLimit', 'a body limit of 0 cannot work'],
    ['streamedDto', 'a stream has no DTO'],
    ['nowhere', 'Things.nowhere is not a method'],
  ])('throws for %s', (method, message) => {
    expect(() => inputsOf(Things, method)).toThrow(message);
    expect(() => inputsOf(Things, method)).toThrow(message);
  });
});
