import type { Readable } from 'node:stream';
import {
  isSafeMethod,
  PayloadTooLargeProblem,
  sendContinue,
  UnsupportedMediaTypeProblem,
} from '@gatehouse/http';
import type { FieldError } from '@gatehouse/http';
import type { FastifyRequest } from 'fastify';
import { report, reportAllUnknown } from '../dto/errors.js';
import { isPlainObject } from '../dto/field.js';
import { type InputForm, validate } from '../dto/validate.js';
import type { RouteBody } from '../route/inputs-of.js';
import { discard } from './discard.js';
import { isAccepted, MediaType, parseMediaType } from './media-type.js';
import { parseForm } from './parse-form.js';
import { decodeText, parseJson } from './parse-json.js';
import { readBytes } from './read-bytes.js';

const FORM_TYPE = 'application/x-www-form-urlencoded';

/** Reads and validates the bodies of one route. */
export class BodyValidator {
  private readonly refusal: string;

  constructor(private readonly route: RouteBody) {
    this.refusal = `Content-Type must be ${route.types.join(' or ')}`;
  }

  /** Whether there is neither a body to read nor one to miss, so that the request needs no waiting. */
  isDone(request: FastifyRequest): boolean {
    return !this.route.dto && !this.route.isStream && !hasBody(request);
  }

  /** The stream of a route that reads its body by itself, `undefined` for other routes. */
  stream(request: FastifyRequest): Readable | undefined {
    if (!this.route.isStream) return undefined;
    this.checkMediaType(request);
    return streamOf(request);
  }

  /**
   * @returns an instance of the route's DTO, or `undefined` when the route has none
   * @throws Problem 400, 413 or 415 when the body cannot be read; what does not validate is added to `errors`
   */
  async validate(request: FastifyRequest, errors: FieldError[]): Promise<object | undefined> {
    if (!hasBody(request)) return this.check(undefined, 'json', errors);
    if (isSafeMethod(request.method)) return this.refuseBody(request, errors);
    if (!mayBeEmpty(request)) this.checkMediaType(request);
    this.checkLength(request);
    sendContinue(request.raw);
    const bytes = await this.read(streamOf(request));
    if (bytes.length === 0) return this.check(undefined, 'json', errors);
    const { name } = this.checkMediaType(request);
    const text = decodeText(bytes);
    return name === FORM_TYPE
      ? this.check(withoutEmpty(parseForm(text, 'The form')), 'text', errors)
      : this.check(parseJson(text), 'json', errors);
  }

  /** An empty one is fine: some clients send that where others send none. */
  private async refuseBody(request: FastifyRequest, errors: FieldError[]): Promise<undefined> {
    const stream = streamOf(request);
    await readBytes(stream, 0).catch((error: unknown) => {
      if (!(error instanceof PayloadTooLargeProblem)) throw error;
      discard(stream);
      report(errors, 'body', 'isEmpty', `body must be empty in a ${request.method}`);
    });
  }

  private check(value: unknown, form: InputForm, errors: FieldError[]): object | undefined {
    const { dto, ignored, isOptional } = this.route;
    if (dto) {
      const given = isOptional && value === undefined ? {} : value;
      const taken = ignored.size > 0 && isPlainObject(given) ? without(given, ignored) : given;
      return validate(dto, taken, form, 'body', errors);
    }
    if (isPlainObject(value)) reportAllUnknown(errors, Object.keys(value));
    else if (value !== undefined) report(errors, 'body', 'isObject', 'body must be an object');
    return undefined;
  }

  private checkMediaType(request: FastifyRequest): MediaType {
    const { 'content-type': header = '', 'content-encoding': encoding = 'identity' } = request.headers;
    const { types, isStream } = this.route;
    const type = parseMediaType(header);
    if (!isAccepted(type.name, types)) this.refuse(request, this.refusal, this.acceptable(request));
    if (!isStream && encoding.toLowerCase() !== 'identity')
      this.refuse(request, 'Content-Encoding is not supported', { 'accept-encoding': 'identity' });
    if (!isStream && type.charset && type.charset !== 'utf-8' && type.charset !== 'utf8') {
      this.refuse(request, 'The charset of the Content-Type must be utf-8', this.acceptable(request));
    }
    return type;
  }

  private acceptable({ method }: FastifyRequest): Record<string, string> {
    const accept = this.route.types.join(', ');
    return { accept, ...(method === 'PATCH' && { 'accept-patch': accept }) };
  }

  private refuse(request: FastifyRequest, detail: string, headers: Record<string, string>): never {
    discard(streamOf(request));
    throw new UnsupportedMediaTypeProblem(detail, headers);
  }

  private checkLength(request: FastifyRequest): void {
    if (Number(request.headers['content-length'] ?? 0) <= this.route.limit) return;
    discard(streamOf(request));
    throw new PayloadTooLargeProblem(this.route.limit);
  }

  private async read(stream: Readable): Promise<Buffer> {
    try {
      return await readBytes(stream, this.route.limit);
    } catch (error) {
      discard(stream);
      throw error;
    }
  }
}

function without(value: Record<string, unknown>, names: ReadonlySet<string>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.has(name)));
}

/** A parameter of a form that is sent without a value counts as omitted (RFC 6749, section 3.1). */
function withoutEmpty(form: Record<string, unknown>): Record<string, unknown> {
  for (const name of Object.keys(form)) if (form[name] === '') delete form[name];
  return form;
}

function hasBody(request: FastifyRequest): boolean {
  const { 'content-length': length, 'transfer-encoding': chunked } = request.headers;
  return chunked !== undefined || (length !== undefined && Number(length) !== 0);
}

/** A chunked body without a type: some clients send an empty one where others send none. */
function mayBeEmpty({ headers }: FastifyRequest): boolean {
  return headers['content-type'] === undefined && headers['content-length'] === undefined;
}

/** GET and HEAD never meet Fastify's content type parser, so their bodies are still where Node left them. */
function streamOf(request: FastifyRequest): Readable {
  return (request.body as Readable | undefined) ?? request.raw;
}
