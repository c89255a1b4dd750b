import { Readable } from 'node:stream';
import { Body, Controller, Get, Param, Post, Put, Query, Req } from '@nestjs/common';
import { IsString } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { Input, inputsOf, IntegerField, NestedField, StringField } from '../index.js';

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

class Grouped {
  @IsString({ groups: ['a'] })
  q: string;
}

class HoldsGrouped {
  @NestedField(() => Grouped)
  inner: Grouped;
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

  @Post()
  grouped(@Body() _body: HoldsGrouped) {}

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

describe('inputsOf', () => {
  it('finds the DTO classes of a route, inherited ones too', () => {
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
      },
    });
  });

  it('knows what the body may be', () => {
    expect(inputsOf(Things, 'form').body).toEqual({
      dto: Filter,
      types: ['application/x-www-form-urlencoded'],
      ignored: new Set(),
      limit: 10,
      isOptional: false,
      isStream: false,
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
    ['untyped', '@Body() must have a DTO class'],
    ['array', '@Body() must have a DTO class'],
    ['bare', 'Bare has no validation rules'],
    ['grouped', 'Grouped.q: groups are not supported'],
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
