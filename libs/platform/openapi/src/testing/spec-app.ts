import { Readable } from 'node:stream';
import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Module,
  Param,
  Post,
  Query,
  RequestMethod,
  VERSION_NEUTRAL,
  VersioningType,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  ApiBody,
  ApiConsumes,
  ApiCreatedResponse,
  ApiExtraModels,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiProperty,
  ApiPropertyOptional,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { OperationPolicy } from '../document/operation-policy.js';

class AuthorDto {
  @ApiProperty({ example: 'Ursula K. Le Guin' })
  name: string;
}

class BookDto {
  @ApiProperty({ type: 'integer', example: 17 })
  id: number;

  @ApiProperty({ example: 'The Dispossessed' })
  title: string;

  @ApiProperty({ type: String, nullable: true, example: null })
  category: string | null;

  @ApiProperty({ type: AuthorDto, nullable: true })
  author: AuthorDto | null;
}

class BookParams {
  @ApiProperty({ type: 'integer', minimum: 1, example: 17 })
  id: number;
}

class PageDto {
  @ApiProperty({ type: [BookDto] })
  items: BookDto[];
}

class CursorDto {
  @ApiProperty({ type: [BookDto] })
  items: BookDto[];

  @ApiProperty({ type: String, nullable: true, example: null })
  nextCursor: string | null;
}

class NewBookDto {
  @ApiProperty({ minLength: 1, maxLength: 200, example: 'The Dispossessed' })
  title: string;
}

class ListQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, default: 1 })
  page: number;
}

@ApiTags('books')
@Controller({ path: 'books', version: '1' })
class BooksController {
  @Get()
  @ApiOkResponse({ type: [BookDto] })
  list(@Query() query: ListQuery): unknown {
    return [query];
  }

  @Get(':id')
  @ApiOkResponse({ type: BookDto })
  get(@Param() params: BookParams): unknown {
    return params;
  }

  @Post()
  @ApiCreatedResponse({ type: BookDto })
  create(@Body() body: NewBookDto): unknown {
    return body;
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiNoContentResponse()
  remove(@Param() _params: BookParams): void {}

  @Post('import')
  @ApiConsumes('text/csv', 'application/x-ndjson')
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiOkResponse({ content: { 'application/x-ndjson': { schema: { type: 'string' } } } })
  import(@Body() body: Readable): unknown {
    return body;
  }
}

@ApiTags('books')
@Controller({ path: 'books', version: '2' })
class BooksV2Controller {
  @Get()
  @ApiExtraModels(PageDto, CursorDto)
  @ApiOkResponse({
    schema: { oneOf: [{ $ref: getSchemaPath(PageDto) }, { $ref: getSchemaPath(CursorDto) }] },
  })
  list(): unknown {
    return [];
  }
}

@ApiTags('operations')
@Controller({ path: 'metrics', version: VERSION_NEUTRAL })
class MetricsController {
  @Get()
  @ApiOkResponse({ content: { 'text/plain': { schema: { type: 'string' } } } })
  render(): string {
    return '';
  }
}

@Module({ controllers: [BooksController, BooksV2Controller, MetricsController] })
class SpecModule {}

/** A small application for the specs of this library. */
export async function specApp(): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({ skipMiddie: true, routerOptions: { ignoreTrailingSlash: true } });
  const app = await NestFactory.create<NestFastifyApplication>(SpecModule, adapter, { logger: false });
  app.setGlobalPrefix('api', { exclude: [{ path: 'metrics', method: RequestMethod.ALL }] });
  app.enableVersioning({ type: VersioningType.URI });
  return app;
}

const book = '/api/v1/books/:id';

const people = {
  login: { type: 'http', scheme: 'bearer' },
  cookie: { type: 'apiKey', in: 'cookie', name: 'session' },
} as const;
const security = { ...people, apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' } } as const;

export const specPolicies: OperationPolicy[] = [
  {
    method: 'GET', path: '/api/v1/books', permissions: 'public', throttle: { limit: 300, ttlSeconds: 60 },
    cache: { ttlSeconds: 300, shared: true }, security, apiKeys: true, validates: true, errors: [], summary: 'List books',
  },
  {
    method: 'GET', path: book, permissions: 'authenticated', throttle: { limit: 5, ttlSeconds: 1 },
    security, apiKeys: true, validates: true, errors: [404], summary: 'Get a book', description: 'One book.',
  },
  {
    method: 'POST', path: '/api/v1/books/', permissions: ['books.write', 'books.read'], security, apiKeys: true, validates: true, errors: [409], summary: 'Create a book',
  },
  {
    method: 'DELETE', path: book, permissions: ['books.write'], security: people, apiKeys: false, validates: true, errors: [404],
    summary: 'Delete a book',
  },
  {
    method: 'GET', path: '/api/v2/books', permissions: [], security, apiKeys: true, validates: false, errors: [],
    summary: 'List books',
  },
  {
    method: 'POST', path: '/api/v1/books/import', permissions: ['books.write'], security, apiKeys: true, validates: false, errors: [],    summary: 'Import books',
  },
  {
    method: 'GET', path: '/metrics', permissions: 'public', security, apiKeys: true, validates: false, errors: [], summary: 'Metrics',
  },
]; // prettier-ignore

export const specTags = [
  { name: 'books', description: 'Books and their reviews.' },
  { name: 'operations', description: 'Health and metrics.' },
];
