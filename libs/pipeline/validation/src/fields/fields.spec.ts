import { Body, Controller, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { expect, it } from 'vitest';
import {
  ArrayField,
  BooleanField,
  DateTimeField,
  EnumField,
  IntegerField,
  items,
  NestedField,
  NumberField,
  PatchType,
  StringField,
  StringsField,
  UuidField,
} from '../index.js';

class Part {
  @StringField()
  name: string;
}

class Everything {
  @StringField({ min: 1, max: 9, pattern: /^a/, description: 'A text', example: 'abc' })
  text: string;

  @StringField({ format: 'idn-email', optional: true, nullable: true })
  email?: string | null;

  @IntegerField({ min: 1, max: 5, default: 3 })
  count: number;

  @NumberField({ min: 0, decimals: 1, nullable: true })
  rating: number | null;

  @BooleanField({ optional: true })
  flag?: boolean;

  @EnumField(['a', 'b'])
  choice: string;

  @DateTimeField()
  at: Date;

  @UuidField()
  id: string;

  @StringsField({ max: 5, maxItems: 2, unique: true })
  tags: string[];

  @ArrayField(items.enum([1, 2]), { minItems: 1 })
  numbers: number[];

  @NestedField(() => Part)
  part: Part;

  @NestedField(() => Part, { isArray: true, maxItems: 3 })
  parts: Part[];
}

class PatchEverything extends PatchType(Everything) {}

@Controller()
class DocumentedController {
  @Post('a')
  create(@Body() _body: Everything) {}

  @Post('b')
  patch(@Body() _body: PatchEverything) {}
}

class DocumentedModule {}

async function schemas() {
  const module = { module: DocumentedModule, controllers: [DocumentedController] };
  const app = await NestFactory.create(module, new FastifyAdapter({ skipMiddie: true }), { logger: false });
  const config = new DocumentBuilder().setOpenAPIVersion('3.1.0').build();
  const document = SwaggerModule.createDocument(app, config);
  await app.close();
  return JSON.parse(JSON.stringify(document.components!.schemas)) as Record<
    string,
    { required?: string[]; properties: Record<string, object> }
  >;
}

it('writes each bound into the OpenAPI document as well', async () => {
  const { Everything: whole } = await schemas();
  expect(whole!.properties).toEqual({
    text: {
      type: 'string',
      minLength: 1,
      maxLength: 9,
      pattern: '^a',
      description: 'A text',
      example: 'abc',
    },
    email: { type: ['string', 'null'], format: 'idn-email' },
    count: { type: 'integer', minimum: 1, maximum: 5, default: 3 },
    rating: { type: ['number', 'null'], minimum: 0 },
    flag: { type: 'boolean', example: true },
    choice: { type: 'string', enum: ['a', 'b'], example: 'a' },
    at: { type: 'string', format: 'date-time', example: '2026-07-01T12:00:00.000Z' },
    id: { type: 'string', format: 'uuid', example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081' },
    tags: { type: 'array', items: { type: 'string', maxLength: 5 }, maxItems: 2, uniqueItems: true },
    numbers: { type: 'array', items: { type: 'number', enum: [1, 2], example: 1 }, minItems: 1 },
    part: { $ref: '#/components/schemas/Part' },
    parts: { type: 'array', items: { $ref: '#/components/schemas/Part' }, maxItems: 3 },
  });
  expect(whole!.required).toEqual([
    'text',
    'rating',
    'choice',
    'at',
    'id',
    'tags',
    'numbers',
    'part',
    'parts',
  ]);
});

it('documents a patch without defaults and without required fields', async () => {
  const { PatchEverything: patch } = await schemas();
  expect(patch!.required).toBeUndefined();
  expect(patch!.properties.count).toEqual({ type: 'integer', minimum: 1, maximum: 5 });
});
