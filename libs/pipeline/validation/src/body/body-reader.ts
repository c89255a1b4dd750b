import type { Readable } from 'node:stream';
import { MIMEType } from 'node:util';
import {
  isSafeMethod,
  PayloadTooLargeProblem,
  sendContinue,
  UnsupportedMediaTypeProblem,
  ValidationProblem,
} from '@gatehouse/http';
import type { FastifyRequest } from 'fastify';
import type { RouteBody } from '../route/inputs-of.js';
import type { InputSource } from '../validation.pipe.js';
import { FileTooLargeProblem } from '../form/upload.js';
import { discard } from './discard.js';
import { decodeText, parseForm, parseJson } from './parse.js';
import { readBytes } from './read-bytes.js';

const FORM_TYPE = 'application/x-www-form-urlencoded';
/** What a stream without a type is (RFC 9110, section 8.3). */
const UNKNOWN_TYPE = 'application/octet-stream';

/** A body as sent, not yet validated; `undefined` when there is none. */
export interface Body {
  value: unknown;
  form: InputSource['form'];
}

const NO_BODY: Body = { value: undefined, form: 'json' };

/** Reads the bodies of one route. */
export class BodyReader {
  private readonly refusal: string;

  constructor(private readonly route: RouteBody) {
    this.refusal = `Content-Type must be ${route.types.join(' or ')}`;
  }

  /** Whether no body has to be read or missed, so that the request need not wait. */
  isDone(request: FastifyRequest): boolean {
    return !this.route.dto && !this.route.isStream && !hasBody(request);
  }

  /** The stream of a route that reads its body itself. */
  stream(request: FastifyRequest): Readable {
    this.checkMediaType(request);
    return streamOf(request);
  }

  /**
   * @returns whether there is a form to read
   * @throws Problem 413 or 415 when it is none, or too large by its declared length
   */
  announcesForm(request: FastifyRequest): boolean {
    if (!hasBody(request)) return false;
    this.checkMediaType(request);
    this.checkLength(request);
    return true;
  }

  /** @throws Problem 400, 413 or 415 when the body cannot be read, 422 when a body is not allowed */
  async read(request: FastifyRequest): Promise<Body> {
    if (!hasBody(request)) return NO_BODY;
    if (isSafeMethod(request.method)) return this.refuseBody(request);
    if (!mayBeEmpty(request)) this.checkMediaType(request);
    this.checkLength(request);
    sendContinue(request.raw);
    const bytes = await this.readBytes(streamOf(request), this.route.limit);
    if (bytes.length === 0) return NO_BODY;
    const { essence } = this.checkMediaType(request);
    const text = decodeText(bytes);
    return essence === FORM_TYPE
      ? { value: withoutEmpty(parseForm(text, 'The form')), form: 'text' }
      : { value: parseJson(text), form: 'json' };
  }

  /** An empty body is accepted, since some clients send one where others send none. */
  private async refuseBody(request: FastifyRequest): Promise<Body> {
    try {
      await this.readBytes(streamOf(request), 0);
      return NO_BODY;
    } catch (error) {
      if (!(error instanceof PayloadTooLargeProblem)) throw error;
      const message = `body must be empty in a ${request.method}`;
      throw new ValidationProblem([{ path: 'body', code: 'isEmpty', message }]);
    }
  }

  private checkMediaType(request: FastifyRequest): MIMEType {
    const { types, isStream } = this.route;
    const {
      'content-type': header = isStream ? UNKNOWN_TYPE : '',
      'content-encoding': encoding = 'identity',
    } = request.headers;
    const type = parseMediaType(header);
    if (!type || !isAccepted(type.essence, types))
      return this.refuse(request, this.refusal, this.acceptable(request));
    if (!isStream && encoding.toLowerCase() !== 'identity')
      this.refuse(request, 'Content-Encoding is not supported', { 'accept-encoding': 'identity' });
    const charset = type.params.get('charset') ?? 'utf-8';
    if (!isStream && !/^utf-?8$/i.test(charset))
      this.refuse(request, 'The charset of the Content-Type must be utf-8', this.acceptable(request));
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
    const [only, ...others] = this.route.files.values();
    const isOneFile = only?.maxFiles === 1 && others.length === 0;
    throw isOneFile ? new FileTooLargeProblem(only.maxBytes) : new PayloadTooLargeProblem(this.route.limit);
  }

  private async readBytes(stream: Readable, limit: number): Promise<Buffer> {
    try {
      return await readBytes(stream, limit);
    } catch (error) {
      discard(stream);
      throw error;
    }
  }
}

function parseMediaType(header: string): MIMEType | undefined {
  try {
    return new MIMEType(header);
  } catch {
    return undefined;
  }
}

/** Whether a list of media types contains a type; `image/*` matches every image type. */
function isAccepted(name: string, accepted: readonly string[]): boolean {
  return accepted.some((each) => {
    return each === name || each === '*/*' || (each.endsWith('/*') && name.startsWith(each.slice(0, -1)));
  });
}

/** A form parameter without a value counts as omitted (RFC 6749, section 3.1). */
function withoutEmpty(form: Record<string, unknown>): Record<string, unknown> {
  for (const name of Object.keys(form)) if (form[name] === '') delete form[name];
  return form;
}

function hasBody(request: FastifyRequest): boolean {
  const { 'content-length': length, 'transfer-encoding': chunked } = request.headers;
  return chunked !== undefined || (length !== undefined && Number(length) !== 0);
}

/** A chunked body without a type may be empty: some clients send one where others send no body. */
function mayBeEmpty({ headers }: FastifyRequest): boolean {
  return headers['content-type'] === undefined && headers['content-length'] === undefined;
}

/** Fastify's content type parser skips GET and HEAD, so their bodies are still on the raw request. */
function streamOf(request: FastifyRequest): Readable {
  return (request.body as Readable | undefined) ?? request.raw;
}
