import { applyDecorators, HttpStatus, RequestMethod } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/internal';
import {
  ApiBody,
  ApiConsumes,
  ApiExtraModels,
  ApiOperation,
  ApiResponse,
  getSchemaPath,
} from '@nestjs/swagger';
import type { EndpointOptions } from './endpoint-options.js';
import { isAtMost, isOneOf } from './response-type.js';

const MEDIA_TYPES = { json: 'application/json', form: 'application/x-www-form-urlencoded' };
const BINARY = { type: 'string', format: 'binary' } as const;

/** Writes what an endpoint declares into the metadata that the OpenAPI document is made from. */
export function documentEndpoint(options: EndpointOptions): MethodDecorator {
  return (target, key, descriptor) => {
    const method = Reflect.getMetadata(METHOD_METADATA, descriptor.value as object) as
      RequestMethod | undefined;
    if (method === undefined) throw new Error(`@Endpoint on ${String(key)} must stand above @Get, @Post, …`);
    const status = options.status ?? (method === RequestMethod.POST ? HttpStatus.CREATED : HttpStatus.OK);
    applyDecorators(
      ApiOperation({ summary: options.summary, description: options.description }),
      documentResponse(options, status),
      ...documentBody(options),
    )(target, key, descriptor);
  };
}

function documentResponse({ response, produces }: EndpointOptions, status: number): MethodDecorator {
  const description = status === 204 ? 'Done.' : status === 201 ? 'Created.' : 'Success.';
  if (produces) {
    return ApiResponse({
      status,
      description,
      content: Object.fromEntries(produces.map((type) => [type, { schema: { type: 'string' } }])),
    });
  }
  if (!response) return ApiResponse({ status, description });
  if (isOneOf(response)) {
    const oneOf = response.oneOf.map((type) => ({ $ref: getSchemaPath(type) }));
    return applyDecorators(
      ApiExtraModels(...response.oneOf),
      ApiResponse({ status, description, schema: { oneOf } }),
    ) as MethodDecorator;
  }
  if (isAtMost(response)) {
    const { item, maxItems } = response;
    const schema = { type: 'array', maxItems, items: { $ref: getSchemaPath(item) } };
    return applyDecorators(
      ApiExtraModels(item),
      ApiResponse({ status, description, schema }),
    ) as MethodDecorator;
  }
  return ApiResponse({ status, description, type: response });
}

function documentBody({ input }: EndpointOptions): MethodDecorator[] {
  const { stream, types } = input?.body ?? {};
  if (stream) return [ApiConsumes(...stream), ApiBody({ schema: BINARY })];
  return types ? [ApiConsumes(...types.map((type) => MEDIA_TYPES[type]))] : [];
}
