import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { OperationFinder } from './operation-finder.js';
import { seal, sealedComponents, type Schema } from './sealed-schemas.js';

/** The part of an OpenAPI document that the checker reads. */
export interface CheckedDocument {
  paths: Record<string, object>;
  components?: object;
}

export type ResponseHeaders = Record<string, string | string[] | number | undefined>;

/**
 * Compares a response with the document.
 * @param path path as sent, with or without its query
 * @param headers headers with lower-case names
 * @param body parsed when it is JSON
 * @returns the differences in sentences; empty when there are none
 */
export type ResponseChecker = (
  method: string,
  path: string,
  status: number,
  headers: ResponseHeaders,
  body: unknown,
) => string[];

interface Documented {
  $ref?: string;
  headers?: Record<string, object>;
  content?: Record<string, { schema?: Schema }>;
}

const JSON_TYPE = /^application\/([\w.-]+\+)?json$/;
/** Headers that a response with the status may lack. */
const OPTIONAL_HEADERS =
  /^(accept(-encoding|-patch)?|age|cache-control|content-disposition|etag|link|location|set-cookie|x-cache|x-total-count)$/;
/** Headers that the throttle adds to responses of requests that reach it. */
const THROTTLED_HEADERS = /^ratelimit/;
/** Also on errors of a deprecated operation, which share their description with others. */
const DEPRECATION_HEADERS = ['deprecation', 'sunset', 'link'];
/** Headers of HTTP itself, security and CORS: any response may have them, so operations do not declare them. */
const COMMON_HEADERS =
  /^(:|access-control-|connection$|content-(encoding|length|security-policy|type)$|cross-origin-|date$|keep-alive$|permissions-policy$|referrer-policy$|server-timing$|strict-transport-security$|transfer-encoding$|vary$|x-accel-buffering$|x-content-type-options$|x-frame-options$)/;

/**
 * Creates a checker of responses against an OpenAPI 3.1 document: operation, status, media type, headers and body, in
 * which undeclared properties are errors.
 */
export function responseChecker(document: CheckedDocument): ResponseChecker {
  const finder = new OperationFinder(document.paths);
  const schemas = new Schemas(document);

  return (method, path, status, headers, body) => {
    const operation = finder.find(method, path);
    if (!operation) return [`${method} ${path} is not documented`];
    const at = `${method} ${operation.template} ${status}`;
    const response = schemas.resolve(operation.responses[status] ?? operation.responses['default']);
    if (!response) return [`${at}: the status is not documented`];
    const announced = operation.deprecated ? DEPRECATION_HEADERS : [];
    const wrong = [
      ...missingHeaders(response, status, headers),
      ...strayHeaders(response, headers, announced),
      ...(hasBody(method, status) ? wrongBody(response, headers, body, schemas) : []),
    ];
    return wrong.map((text) => `${at}: ${text}`);
  };
}

function hasBody(method: string, status: number): boolean {
  return method.toUpperCase() !== 'HEAD' && status !== 304;
}

function missingHeaders({ headers = {} }: Documented, status: number, sent: ResponseHeaders): string[] {
  const isOptional = (name: string) =>
    OPTIONAL_HEADERS.test(name) || (status >= 300 && THROTTLED_HEADERS.test(name));
  return Object.keys(headers)
    .filter((name) => !isOptional(name.toLowerCase()))
    .filter((name) => sent[name.toLowerCase()] === undefined)
    .map((name) => `the header ${name} is missing`);
}

function strayHeaders(
  { headers = {} }: Documented,
  sent: ResponseHeaders,
  announced: readonly string[],
): string[] {
  const declared = new Set([...Object.keys(headers).map((name) => name.toLowerCase()), ...announced]);
  return Object.keys(sent)
    .filter((name) => sent[name] !== undefined && !declared.has(name) && !COMMON_HEADERS.test(name))
    .map((name) => `the header ${name} is not documented`);
}

function wrongBody(
  { content }: Documented,
  headers: ResponseHeaders,
  body: unknown,
  schemas: Schemas,
): string[] {
  const empty = body === undefined || body === null || body === '';
  if (!content) return empty ? [] : ['there is a body, and none is documented'];
  const type = String(headers['content-type'] ?? '')
    .split(';')[0]!
    .trim()
    .toLowerCase();
  const media = content[type] ?? content['*/*'];
  if (!media) return [`the media type is "${type}" and not ${Object.keys(content).join(' or ')}`];
  if (!JSON_TYPE.test(type) || !media.schema) return [];
  const validate = schemas.compile(media.schema);
  if (validate(body)) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) => {
    const field: unknown = params['unevaluatedProperty'] ?? params['additionalProperty'];
    return `body${instancePath} ${message}${field === undefined ? '' : ` ("${field}" is not declared)`}`;
  });
}

/** Resolves and compiles the schemas of one document. */
class Schemas {
  private readonly ajv = addFormats.default(
    new Ajv2020({ strict: false, allErrors: true, logger: false, validateFormats: true }),
  );
  private readonly compiled = new Map<Schema, ValidateFunction>();
  private readonly components: Schema;

  constructor(private readonly document: CheckedDocument) {
    const schemas = (document.components as { schemas?: Record<string, Schema> } | undefined)?.schemas ?? {};
    this.components = sealedComponents(schemas);
  }

  resolve(response: Documented | undefined): Documented | undefined {
    if (!response?.$ref) return response;
    const found = response.$ref
      .slice(2)
      .split('/')
      .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], this.document);
    return found as Documented | undefined;
  }

  compile(schema: Schema): ValidateFunction {
    let validate = this.compiled.get(schema);
    if (!validate) {
      validate = this.ajv.compile({ ...seal(schema), components: this.components });
      this.compiled.set(schema, validate);
    }
    return validate;
  }
}
