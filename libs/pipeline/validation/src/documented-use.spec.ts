import type { AddressInfo } from 'node:net';
import { Body, Controller, Injectable, Module, Post, Query, UsePipes } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import { ProblemFilter, RequestContext } from '@gatehouse/http';
import { Expose, Transform, Type } from 'class-transformer';
import {
  Equals,
  IsInt,
  IsOptional,
  IsString,
  MinLength,
  registerDecorator,
  useContainer,
  Validate,
  ValidateIf,
  ValidateNested,
  type ValidationArguments,
  type ValidationOptions,
  ValidatorConstraint,
  type ValidatorConstraintInterface,
} from 'class-validator';
import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, codesOf, TestServer } from './testing/test-server.js';
import { ValidationPipe } from './validation.pipe.js';

/** Examples from the documentation of class-validator, class-transformer and Nest, behind the gate and without it. */

const taken = new Set(['ada']);

@Injectable()
class Users {
  async exists(name: string): Promise<boolean> {
    await new Promise(setImmediate);
    return taken.has(name);
  }
}

@ValidatorConstraint({ name: 'isFree', async: true })
@Injectable()
class IsFree implements ValidatorConstraintInterface {
  constructor(private readonly users: Users) {}

  async validate(name: string): Promise<boolean> {
    return !(await this.users.exists(name));
  }

  defaultMessage(): string {
    return '$property "$value" is taken';
  }
}

function IsLongerThan(property: string, options?: ValidationOptions) {
  return (object: object, propertyName: string): void => {
    registerDecorator({
      name: 'isLongerThan',
      target: object.constructor,
      propertyName,
      constraints: [property],
      options,
      validator: {
        validate(value: string, { constraints, object: dto }: ValidationArguments) {
          const other = (dto as Record<string, unknown>)[constraints[0] as string];
          return value.length > (other as string).length;
        },
      },
    });
  };
}

class Photo {
  @IsString()
  albumTitle: string;
}

class Landscape extends Photo {
  @Equals('mountain')
  view: string;
}

class Portrait extends Photo {
  @IsString()
  person: string;
}

class Everything {
  @Validate(IsFree)
  name: string;

  @IsLongerThan('name', { message: 'text must be longer than the name' })
  text: string;

  @IsOptional()
  @IsString()
  note?: string | null;

  @ValidateIf((dto: Everything) => dto.note === 'counted')
  @IsInt()
  count?: number;

  @Transform(({ value }) => (value as string).toUpperCase())
  @Equals('SHOUTED')
  shout: string;

  @Type(() => Number)
  @IsInt()
  typed: number;

  @Expose({ name: 'renamed_field' })
  @IsString()
  renamed: string;

  @ValidateNested({ each: true })
  @Type(() => Photo, {
    discriminator: {
      property: '__type',
      subTypes: [
        { value: Landscape, name: 'landscape' },
        { value: Portrait, name: 'portrait' },
      ],
    },
  })
  photos: (Landscape | Portrait)[];
}

class Registration {
  @MinLength(3, { groups: ['registration'] })
  @MinLength(1, { groups: ['admin'] })
  @IsString({ always: true })
  name: string;
}

class Lookup {
  @Validate(IsFree)
  name: string;
}

@Controller()
class UseController {
  @Post('everything')
  everything(@Body() body: Everything) {
    return { body, classes: [body, ...body.photos].map((each) => each.constructor.name) };
  }

  @Post('registered')
  @UsePipes(new ValidationPipe({ groups: ['registration'] }))
  registered(@Body() body: Registration) {
    return body;
  }

  @Post('by-admin')
  byAdmin(@Body(new ValidationPipe({ groups: ['admin'] })) body: Registration) {
    return body;
  }

  @Post('lookup')
  lookup(@Query() query: Lookup) {
    return query;
  }
}

const metadata = { controllers: [UseController], providers: [Users, IsFree] };

@Module(metadata)
class UseModule {}

/** A plain Nest application with only this pipe. */
class PlainServer {
  private constructor(private readonly app: NestFastifyApplication) {}

  static async start(...pipes: ValidationPipe[]): Promise<PlainServer> {
    const app = await NestFactory.create<NestFastifyApplication>(UseModule, new FastifyAdapter(), {
      logger: false,
    });
    const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
    fastify.addHook('onRequest', (request, _reply, done) => {
      request.gate = new RequestContext('x');
      done();
    });
    useContainer(app.select(UseModule), { fallbackOnErrors: true });
    app.useGlobalFilters(new ProblemFilter());
    app.useGlobalPipes(...pipes);
    await app.listen(0, '127.0.0.1');
    return new PlainServer(app);
  }

  stop(): Promise<void> {
    useContainer(undefined as never);
    return this.app.close();
  }

  async post(path: string, body: string): Promise<Answer> {
    const { port } = this.app.getHttpServer().address() as AddressInfo;
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body, headers });
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as Answer['body'],
    };
  }
}

const valid = {
  name: 'bob',
  text: 'longer',
  shout: 'shouted',
  typed: '5',
  renamed_field: 'x',
  photos: [
    { __type: 'landscape', albumTitle: 'a', view: 'mountain' },
    { __type: 'portrait', albumTitle: 'b', person: 'c' },
  ],
};

describe.each([
  ['behind the gate', () => TestServer.start(metadata)],
  ['as a global pipe, without the gate', () => PlainServer.start(new ValidationPipe())],
])('%s', (_, start) => {
  let server: TestServer | PlainServer;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  const post = (path: string, body: object) => server.post(path, JSON.stringify(body));
  const codes = async (changes: object) => codesOf(await post('/everything', { ...valid, ...changes }));

  it('accepts valid input as instances of the classes that a discriminator names', async () => {
    const { status, body } = await post('/everything', valid);
    expect([status, body]).toEqual([
      201,
      {
        classes: ['Everything', 'Landscape', 'Portrait'],
        body: {
          name: 'bob',
          text: 'longer',
          shout: 'SHOUTED',
          typed: 5,
          renamed: 'x',
          photos: [
            { albumTitle: 'a', view: 'mountain' },
            { albumTitle: 'b', person: 'c' },
          ],
        },
      },
    ]);
  });

  it('runs an async rule with an injected service', async () => {
    const { body } = await post('/everything', { ...valid, name: 'ada' });
    expect(body).toMatchObject({
      errors: [{ path: 'name', code: 'isFree', message: 'name "ada" is taken' }],
    });
  });

  it.each<[string, object, string]>([
    ['a decorator made with registerDecorator', { text: 'bo' }, 'text:isLongerThan'],
    ['@IsOptional', { note: 5 }, 'note:isString'],
    ['@ValidateIf', { note: 'counted', count: 'x' }, 'count:isInt'],
    ['@Transform', { shout: 'other' }, 'shout:equals'],
    ['@Type', { typed: 'x' }, 'typed:isInt'],
    ['@Expose', { renamed_field: 1 }, 'renamed:isString'],
    [
      '@ValidateNested',
      { photos: [valid.photos[1], { __type: 'landscape', albumTitle: 'a', view: 'sea' }] },
      'photos.1.view:equals',
    ],
    [
      'the whitelist',
      { photos: [{ __type: 'portrait', albumTitle: 'a', person: 'b', view: 'sea' }] },
      'photos.0.view:unknown',
    ],
  ])('obeys %s', async (_name, changes, code) => {
    expect(await codes(changes)).toEqual([code]);
  });

  it('skips the fields that @IsOptional and @ValidateIf exempt', async () => {
    expect((await post('/everything', { ...valid, note: null, count: 'x' })).status).toBe(201);
  });

  it('runs an async rule again for the same query, since its result may have changed', async () => {
    const eve = () => server.post('/lookup?name=eve', '{}');
    expect((await eve()).status).toBe(201);
    taken.add('eve');
    expect(codesOf(await eve())).toEqual(['name:isFree']);
    taken.delete('eve');
  });
});

describe('groups', () => {
  let server: TestServer | PlainServer;
  afterEach(() => server.stop());

  it.each([
    ['behind the gate', () => TestServer.start(metadata)],
    ['without the gate', () => PlainServer.start()],
  ])('are those of the pipe of the route, %s', async (_, start) => {
    server = await start();
    const post = async (path: string, name: unknown) =>
      codesOf(await server.post(path, JSON.stringify({ name })));
    expect(await post('/registered', 'ab')).toEqual(['name:minLength']);
    expect(await post('/by-admin', 'ab')).toBeUndefined();
    expect(await post('/by-admin', '')).toEqual(['name:minLength']);
    expect(await post('/by-admin', 5)).toEqual(['name:isString']);
  });
});
