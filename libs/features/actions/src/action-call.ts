import { Readable } from 'node:stream';
import { isSafeMethod } from '@gatehouse/http';
import { checkFieldCount } from '@gatehouse/validation';
import type { FastifyRequest } from 'fastify';
import type { Action, Source } from './actions.js';
import { jsonOf } from './json-of.js';
import { invalid, InvalidFieldProblem } from './invalid-field.js';

export type Fields = Record<string, unknown>;

/** Headers about the body of the action, and conditions that POST does not have. */
const OWN_HEADERS = new Set([
  'content-encoding',
  'content-length',
  'content-type',
  'if-modified-since',
  'if-none-match',
  'range',
  'transfer-encoding',
]);

/**
 * Chooses the source with the most path parameters that the object has.
 * @throws InvalidFieldProblem when it has those of none
 */
export function sourceFor({ sources }: Action, fields: Fields): Source {
  const source = sources.find(({ params }) => params.every((name) => Object.hasOwn(fields, name)));
  if (source) return source;
  const missing = sources.at(-1)!.params.find((name) => !Object.hasOwn(fields, name))!;
  throw new InvalidFieldProblem(invalid(missing, fields));
}

/**
 * Returns the request as the source would receive it, with the credentials, the client and the id of the action's.
 * @throws InvalidFieldProblem for a value that neither a path nor a query can carry
 */
export function requestOfSource(
  request: FastifyRequest,
  { route: { method, path, config }, params: names }: Source,
  fields: Fields,
): FastifyRequest {
  const params = Object.fromEntries(names.map((name) => [name, pathTextOf(name, fields)]));
  const rest = Object.entries(fields).filter(([name]) => !names.includes(name));
  const isRead = isSafeMethod(method);
  const query = isRead ? queryOf(rest, fields) : '';
  const address = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name]!));
  const body = Buffer.from(jsonOf(Object.fromEntries(rest)));
  const kept = Object.entries(request.headers).filter(([name]) => !OWN_HEADERS.has(name));
  const headers = {
    ...Object.fromEntries(kept),
    ...(!isRead && { 'content-type': 'application/json', 'content-length': String(body.length) }),
  };
  const values = {
    method,
    url: query ? `${address}?${query}` : address,
    params,
    headers,
    body: isRead ? undefined : Readable.from([body]),
    routeOptions: { ...request.routeOptions, method, url: path, config },
  };
  const own = Object.entries(values).map(([name, value]) => [name, { value, writable: true }] as const);
  return Object.create(request, Object.fromEntries(own)) as FastifyRequest;
}

/** An empty text is no part of a path: the address would be that of the collection. */
function pathTextOf(name: string, fields: Fields): string {
  return textOf(fields[name]) || refuse(name, fields);
}

function queryOf(entries: [string, unknown][], fields: Fields): string {
  const values = entries.flatMap(([name, value]) => [value].flat().map((each) => [name, each] as const));
  checkFieldCount(values.length, 'The query');
  const pairs = values.map(([name, each]): [string, string] => [name, textOf(each) ?? refuse(name, fields)]);
  return new URLSearchParams(pairs).toString();
}

/** The text of a scalar; undefined for other values, and for text that UTF-8 cannot represent. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value.isWellFormed() ? value : undefined;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

function refuse(name: string, fields: Fields): never {
  throw new InvalidFieldProblem(invalid(name, fields));
}
