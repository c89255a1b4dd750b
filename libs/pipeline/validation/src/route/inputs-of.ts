import { Readable } from 'node:stream';
import { RequestMethod, type Type } from '@nestjs/common';
import {
  PATCH_TYPES,
  METHOD_METADATA,
  PATH_METADATA,
  PIPES_METADATA,
  RouteParamtypes,
  ROUTE_ARGS_METADATA,
} from '@gatehouse/http';
import { fieldNamesOf } from '../dto/dto-metadata.js';
import { type FileRules, fileRulesOf } from '../fields/file.fields.js';
import { TEXT_BYTES } from '../form/form-reader.js';
import { ValidationPipe } from '../validation.pipe.js';
import { inputOptionsOf, InputOptions } from './input.decorator.js';

export const DEFAULT_BODY_LIMIT = 128 * 1024;
const MAX_BODY_LIMIT = 1024 * 1024;

/** Inputs that a route declares. */
export interface RouteInputs {
  params: Type<object> | undefined;
  query: Type<object> | undefined;
  body: RouteBody;
  /** Pipes declared on the route for an input, in place of the application's. */
  pipes: { params?: ValidationPipe; query?: ValidationPipe; body?: ValidationPipe };
}

export interface RouteBody {
  /** Without a DTO, the route accepts no body, or a stream. */
  dto: Type<object> | undefined;
  /** Accepted media types. */
  types: readonly string[];
  /** Names of fields that are ignored. */
  ignored: ReadonlySet<string>;
  /** Maximum size in bytes. */
  limit: number;
  /** Whether a missing body counts as `{}`. */
  isOptional: boolean;
  /** Whether the handler reads the body itself. */
  isStream: boolean;
  /** Fields that are files; with one, the body is a multipart form. */
  files: ReadonlyMap<string, FileRules>;
}

interface Argument {
  index: number;
  data?: unknown;
  pipes: unknown[];
}

export const FORM_WITH_FILES = 'multipart/form-data';
const MEDIA_TYPES = { json: 'application/json', form: 'application/x-www-form-urlencoded' } as const;
const DECORATORS = {
  [RouteParamtypes.PARAM]: 'Param',
  [RouteParamtypes.QUERY]: 'Query',
  [RouteParamtypes.BODY]: 'Body',
};

/**
 * Finds the DTO classes of a route from the `@Param()`, `@Query()` and `@Body()` of its method.
 * @throws Error when one of them is a scalar or a class without rules, or when the path parameters and their DTO do
 * not match
 */
export function inputsOf(controller: Type, method: string): RouteInputs {
  const where = `${controller.name}.${method}`;
  const handler = (controller.prototype as Record<string, object | undefined>)[method];
  if (!handler) throw new Error(`${where} is not a method`);
  const options = inputOptionsOf(handler, controller);
  const params = argumentOf(controller, method, RouteParamtypes.PARAM, where);
  const query = argumentOf(controller, method, RouteParamtypes.QUERY, where);
  const body = argumentOf(controller, method, RouteParamtypes.BODY, where, options);
  checkPathParameters(controller, handler, params.dto, where);
  const shared = [handler, controller].flatMap(
    (target) => (Reflect.getMetadata(PIPES_METADATA, target) ?? []) as unknown[],
  );
  const pipeOf = ({ pipes }: RouteArgument) =>
    [...pipes, ...shared].find((pipe) => pipe instanceof ValidationPipe);
  return {
    params: params.dto,
    query: query.dto,
    body: bodyOf(body.dto, handler, options, where),
    pipes: { params: pipeOf(params), query: pipeOf(query), body: pipeOf(body) },
  };
}

interface RouteArgument {
  dto: Type<object> | undefined;
  pipes: unknown[];
}

function argumentOf(
  controller: Type,
  method: string,
  kind: keyof typeof DECORATORS,
  where: string,
  options: InputOptions = {},
): RouteArgument {
  const all = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) ?? {}) as Record<
    string,
    Argument
  >;
  const types = Reflect.getMetadata('design:paramtypes', controller.prototype, method) as
    unknown[] | undefined;
  const found: RouteArgument = { dto: undefined, pipes: [] };
  for (const [key, { index, data, pipes }] of Object.entries(all)) {
    if (!key.startsWith(`${kind}:`)) continue;
    const name = `${where}: @${DECORATORS[kind]}()`;
    const type = types?.[index] as Type<object> | undefined;
    if (data !== undefined)
      throw new Error(`${name} must not pick "${String(data)}": take a DTO class as a whole`);
    if ((type as unknown) === Readable && options.body?.stream) continue;
    if (!type || fieldNamesOf(type).size === 0)
      throw new Error(`${name} must have a DTO class with validation rules as its type`);
    if (found.dto && found.dto !== type) throw new Error(`${name} is there twice, with two types`);
    found.dto = type;
    found.pipes.push(...pipes);
  }
  return found;
}

function bodyOf(
  dto: Type<object> | undefined,
  handler: object,
  { body = {}, ignores = [] }: InputOptions,
  where: string,
): RouteBody {
  const { types = ['json'], limit = DEFAULT_BODY_LIMIT, optional: isOptional = false, stream } = body;
  const files = fileRulesOf(dto);
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > MAX_BODY_LIMIT)
    throw new Error(`${where}: a body limit of ${limit} cannot work`);
  if (stream && dto) throw new Error(`${where}: a stream has no DTO; its @Body() is a Readable`);
  if (files.size > 0 && (body.types || body.limit))
    throw new Error(`${where}: the media type and the limit of a body with files follow from its DTO`);
  const isPatch = Reflect.getMetadata(METHOD_METADATA, handler) === RequestMethod.PATCH;
  const own = dto ? fieldNamesOf(dto) : new Set<string>();
  return {
    dto,
    types:
      stream?.map((type) => type.toLowerCase()) ??
      (files.size > 0
        ? [FORM_WITH_FILES]
        : types.flatMap((type) => (type === 'json' && isPatch ? PATCH_TYPES : MEDIA_TYPES[type]))),
    ignored: new Set(ignores.filter((name) => !own.has(name))),
    limit: stream ? Infinity : files.size > 0 ? bytesOfForm(files) : limit,
    isOptional,
    isStream: stream !== undefined,
    files,
  };
}

function bytesOfForm(files: ReadonlyMap<string, FileRules>): number {
  return [...files.values()].reduce((sum, { maxBytes, maxFiles }) => sum + maxBytes * maxFiles, TEXT_BYTES);
}

function checkPathParameters(
  controller: Type,
  handler: object,
  dto: Type<object> | undefined,
  where: string,
): void {
  const inPath = pathParametersOf(controller, handler);
  const inDto = dto ? fieldNamesOf(dto) : new Set<string>();
  const missing = [...inPath].filter((name) => !inDto.has(name));
  const surplus = [...inDto].filter((name) => !inPath.has(name));
  if (missing.length > 0)
    throw new Error(`${where}: no DTO of @Param() has the path parameter ${missing.join(', ')}`);
  if (surplus.length > 0) throw new Error(`${where}: the path has no parameter ${surplus.join(', ')}`);
}

/** Names of the parameters in a route's path, including its controller's; `*` is a wildcard. */
function pathParametersOf(controller: Type, handler: object): ReadonlySet<string> {
  const paths = [controller, handler].flatMap(
    (target) => Reflect.getMetadata(PATH_METADATA, target) as unknown,
  );
  const names = new Set<string>();
  for (const path of paths) {
    for (const [, name] of String(path ?? '').matchAll(/:([A-Za-z_$][\w$]*)/g)) names.add(name!);
    if (String(path ?? '').includes('*')) names.add('*');
  }
  return names;
}
