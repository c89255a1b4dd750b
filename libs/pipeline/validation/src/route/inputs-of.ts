import { Readable } from 'node:stream';
import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, RouteParamtypes, ROUTE_ARGS_METADATA } from '@nestjs/common/internal.js';
import { PATCH_TYPES } from '@gatehouse/http';
import { compile } from '../dto/compile.js';
import { inputOptionsOf, InputOptions } from './input.decorator.js';
import { pathParametersOf } from './path-parameters.js';

const DEFAULT_BODY_LIMIT = 128 * 1024;
const MAX_BODY_LIMIT = 1024 * 1024;

/** The input that a route declares. */
export interface RouteInputs {
  params: Type<object> | undefined;
  query: Type<object> | undefined;
  body: RouteBody;
}

export interface RouteBody {
  /** Without a DTO the route takes no body, or a stream. */
  dto: Type<object> | undefined;
  /** Media types that are accepted. */
  types: readonly string[];
  /** Names of fields that are dropped unseen. */
  ignored: ReadonlySet<string>;
  /** Most bytes. */
  limit: number;
  /** Whether no body is the same as `{}`. */
  isOptional: boolean;
  /** Whether the handler reads the body by itself. */
  isStream: boolean;
}

interface Argument {
  index: number;
  data?: unknown;
}

const MEDIA_TYPES = { json: 'application/json', form: 'application/x-www-form-urlencoded' } as const;
const PRIMITIVES: readonly unknown[] = [
  undefined,
  Object,
  String,
  Number,
  Boolean,
  BigInt,
  Symbol,
  Array,
  Date,
];

/**
 * Finds the DTO classes of a route from the `@Param()`, `@Query()` and `@Body()` of its method.
 *
 * @throws Error when one of them is a naked scalar or not a class, when the path parameters and their DTO do not agree,
 * or when a DTO cannot be compiled
 */
export function inputsOf(controller: Type, method: string): RouteInputs {
  const where = `${controller.name}.${method}`;
  const handler = (controller.prototype as Record<string, object | undefined>)[method];
  if (!handler) throw new Error(`${where} is not a method`);
  const options = inputOptionsOf(handler, controller);
  const params = dtoOf(controller, method, RouteParamtypes.PARAM, where);
  checkPathParameters(controller, handler, params, where);
  return {
    params,
    query: dtoOf(controller, method, RouteParamtypes.QUERY, where),
    body: bodyOf(dtoOf(controller, method, RouteParamtypes.BODY, where, options), handler, options, where),
  };
}

function dtoOf(
  controller: Type,
  method: string,
  kind: RouteParamtypes,
  where: string,
  options: InputOptions = {},
): Type<object> | undefined {
  const all = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) ?? {}) as Record<
    string,
    Argument
  >;
  const types = Reflect.getMetadata('design:paramtypes', controller.prototype, method) as
    unknown[] | undefined;
  const own = Object.entries(all).filter(([key]) => key.startsWith(`${kind}:`));
  let dto: Type<object> | undefined;
  for (const [, { index, data }] of own) {
    const name = `${where}: @${decoratorName(kind)}()`;
    const type = types?.[index];
    if (data !== undefined)
      throw new Error(`${name} must not pick "${String(data)}": take a DTO class as a whole`);
    if (type === Readable && options.body?.stream) continue;
    if (PRIMITIVES.includes(type)) throw new Error(`${name} must have a DTO class as its type`);
    if (dto && dto !== type) throw new Error(`${name} is there twice, with two types`);
    dto = type as Type<object>;
    compile(dto);
  }
  return dto;
}

function bodyOf(
  dto: Type<object> | undefined,
  handler: object,
  { body = {}, ignores = [] }: InputOptions,
  where: string,
): RouteBody {
  const { types = ['json'], limit = DEFAULT_BODY_LIMIT, optional: isOptional = false, stream } = body;
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > MAX_BODY_LIMIT)
    throw new Error(`${where}: a body limit of ${limit} cannot work`);
  if (stream && dto) throw new Error(`${where}: a stream has no DTO; its @Body() is a Readable`);
  const isPatch = Reflect.getMetadata(METHOD_METADATA, handler) === RequestMethod.PATCH;
  const own = dto ? compile(dto).fieldNames : new Set<string>();
  return {
    dto,
    types:
      stream?.map((type) => type.toLowerCase()) ??
      types.flatMap((type) => (type === 'json' && isPatch ? PATCH_TYPES : MEDIA_TYPES[type])),
    ignored: new Set(ignores.filter((name) => !own.has(name))),
    limit: stream ? Infinity : limit,
    isOptional,
    isStream: stream !== undefined,
  };
}

function checkPathParameters(
  controller: Type,
  handler: object,
  dto: Type<object> | undefined,
  where: string,
): void {
  const inPath = pathParametersOf(controller, handler);
  const inDto = dto ? compile(dto).fieldNames : new Set<string>();
  const missing = [...inPath].filter((name) => !inDto.has(name));
  const surplus = [...inDto].filter((name) => !inPath.has(name));
  if (missing.length > 0)
    throw new Error(`${where}: no DTO of @Param() has the path parameter ${missing.join(', ')}`);
  if (surplus.length > 0) throw new Error(`${where}: the path has no parameter ${surplus.join(', ')}`);
}

function decoratorName(kind: RouteParamtypes): string {
  return kind === RouteParamtypes.PARAM ? 'Param' : kind === RouteParamtypes.QUERY ? 'Query' : 'Body';
}
