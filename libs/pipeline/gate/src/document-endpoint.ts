import { applyDecorators, HttpStatus, RequestMethod, type Type } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiExtraModels,
  ApiOperation,
  ApiProperty,
  type ApiPropertyOptions,
  ApiResponse,
  getSchemaPath,
} from '@nestjs/swagger';
import { PATCH_TYPES, METHOD_METADATA, ROUTE_ARGS_METADATA, RouteParamtypes } from '@gatehouse/http';
import { fileRulesOf, FORM_WITH_FILES, Input, inputOptionsOf } from '@gatehouse/validation';
import type { EndpointOptions } from './endpoint-options.js';
import { propertiesOf } from './response-serializer.js';
import { isAtMost, isOneOf } from './response-type.js';

const FORM_TYPE = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';
const BINARY = { type: 'string', format: 'binary' } as const;

/** Writes the options of an endpoint into the metadata from which the OpenAPI document is generated. */
export function documentEndpoint(options: EndpointOptions): MethodDecorator {
  return (target, key, descriptor) => {
    const method = Reflect.getMetadata(METHOD_METADATA, descriptor.value as object) as
      RequestMethod | undefined;
    if (method === undefined) throw new Error(`@Endpoint on ${String(key)} must stand above @Get, @Post, …`);
    const status = options.status ?? (method === RequestMethod.POST ? HttpStatus.CREATED : HttpStatus.OK);
    applyDecorators(
      ApiOperation({
        summary: options.summary,
        description: options.description,
        ...(options.deprecated && { deprecated: true }),
      }),
      documentResponse(options, status),
      ...documentBody(options, method, bodyTypeOf(target, key)),
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

function documentBody(
  { input }: EndpointOptions,
  method: RequestMethod,
  dto: Type<object> | undefined,
): MethodDecorator[] {
  const { stream, types } = input?.body ?? {};
  if (stream) return [ApiConsumes(...stream), ApiBody({ schema: BINARY })];
  if (fileRulesOf(dto).size > 0) return [ApiConsumes(FORM_WITH_FILES)];
  const json = method === RequestMethod.PATCH ? PATCH_TYPES : [JSON_TYPE];
  if (types) return [ApiConsumes(...types.flatMap((type) => (type === 'json' ? json : FORM_TYPE)))];
  return method === RequestMethod.PATCH ? [ApiConsumes(...json)] : [];
}

/**
 * Lets a PUT accept what GET returned: response fields that its body does not declare are ignored, and documented as
 * `readOnly`.
 */
export function readOnlyFields({ response }: EndpointOptions): MethodDecorator {
  return (target, key, descriptor) => {
    const handler = descriptor.value as object;
    const isPut = Reflect.getMetadata(METHOD_METADATA, handler) === RequestMethod.PUT;
    const body = bodyTypeOf(target, key);
    if (!isPut || !body || typeof response !== 'function') return;
    const fields = propertiesOf(response);
    const own = new Set(propertiesOf(body).map(([name]) => name));
    for (const [name, property] of fields.filter(([each]) => !own.has(each)))
      ApiProperty({ ...property, readOnly: true, required: false } as ApiPropertyOptions)(
        body.prototype as object,
        name,
      );
    Input({ ...inputOptionsOf(handler), ignores: fields.map(([name]) => name) })(target, key, descriptor);
  };
}

function bodyTypeOf(target: object, key: string | symbol): Type<object> | undefined {
  const parameters = (Reflect.getMetadata(ROUTE_ARGS_METADATA, target.constructor, key) ?? {}) as object;
  const types = Reflect.getMetadata('design:paramtypes', target, key) as Type<object>[];
  const body = Object.entries(parameters).find(([name]) => name.startsWith(`${RouteParamtypes.BODY}:`));
  return body && types[(body[1] as { index: number }).index];
}
