import { HttpException } from '@nestjs/common';
import { ProblemSlug, problemTypes } from './problem-types.js';

/** An invalid field. */
export interface FieldError {
  /** Dotted path of the field, e.g. `tags.0`. */
  path: string;
  /** Name of the violated rule, e.g. `max`. */
  code: string;
  message: string;
}

export interface ProblemOptions {
  errors?: FieldError[];
  /** Response headers that belong to the problem, e.g. `Retry-After`. */
  headers?: Record<string, string>;
  cause?: unknown;
}

/** The body of an error response (RFC 9457). */
export interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  requestId: string;
  errors?: FieldError[];
}

/**
 * Base class of all errors that the application sends to clients. Throw one of its subclasses; any other error
 * becomes a 500. It is an `HttpException`, so that a library that throws it works in any Nest application.
 */
export class Problem extends HttpException {
  readonly errors: FieldError[] | undefined;
  readonly headers: Record<string, string>;
  /** Additional members of the document (RFC 9457, section 3.2). */
  extensions: Record<string, string> = {};

  constructor(
    readonly slug: ProblemSlug,
    readonly detail: string,
    options: ProblemOptions = {},
  ) {
    super(detail, problemTypes[slug].status, { cause: options.cause });
    this.errors = options.errors;
    this.headers = options.headers ?? {};
  }

  /**
   * @param instance path of the request without its query; Node leaves characters in it that a URI does not allow
   * @param requestId id in the log lines of the request
   */
  toDocument(instance: string, requestId: string): ProblemDocument {
    return {
      type: `/problems/${this.slug}`,
      title: problemTypes[this.slug].title,
      status: this.getStatus(),
      detail: this.detail,
      instance: instance.replace(NOT_IN_PATH, toPercent),
      requestId,
      ...(this.errors && { errors: this.errors }),
      ...this.extensions,
    };
  }
}

/** Characters that RFC 3986 does not allow in a path. */
const NOT_IN_PATH = /[^\w\-.~!$&'()*+,;=:@/%]|%(?![\da-f]{2})/gi;

/** Node decodes a request target as Latin-1, so each character is one byte. */
function toPercent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

export class MalformedRequestProblem extends Problem {
  constructor(detail: string, options?: ProblemOptions) {
    super('malformed-request', detail, options);
  }
}

export class BusinessRuleProblem extends Problem {
  constructor(detail: string) {
    super('business-rule', detail);
  }
}

export class UnauthenticatedProblem extends Problem {
  /** @param challenge value of `WWW-Authenticate` (RFC 6750, section 3) */
  constructor(detail = 'Authentication required', challenge = 'Bearer') {
    super('unauthenticated', detail, { headers: { 'www-authenticate': challenge } });
  }
}

export class ForbiddenProblem extends Problem {
  constructor(detail = 'Insufficient permissions') {
    super('forbidden', detail);
  }
}

export class NotFoundProblem extends Problem {
  constructor(detail: string) {
    super('not-found', detail);
  }
}

/**
 * @param what name of the resource, e.g. `Event`
 * @returns the row
 * @throws {NotFoundProblem} "Event not found" when there is none
 */
export function found<T>(row: T | null | undefined, what: string): T {
  if (row === null || row === undefined) throw new NotFoundProblem(`${what} not found`);
  return row;
}

export class ConflictProblem extends Problem {
  constructor(detail: string) {
    super('conflict', detail);
  }
}

export class PreconditionFailedProblem extends Problem {
  constructor(detail = 'The resource has changed since the version that If-Match names') {
    super('precondition-failed', detail);
  }
}

export class PayloadTooLargeProblem extends Problem {
  constructor(limitBytes: number) {
    super('payload-too-large', `The body is larger than ${limitBytes} bytes`);
  }
}

export class UnsupportedMediaTypeProblem extends Problem {
  /** @param headers acceptable types as `Accept`, `Accept-Patch` or `Accept-Encoding` (RFC 9110, section 15.5.16) */
  constructor(detail: string, headers?: Record<string, string>) {
    super('unsupported-media-type', detail, headers && { headers });
  }
}

export class ValidationProblem extends Problem {
  constructor(errors: FieldError[]) {
    const fields = new Set(errors.map((error) => error.path)).size;
    super('validation', fields === 1 ? '1 field is invalid' : `${fields} fields are invalid`, { errors });
  }
}

export class UnavailableProblem extends Problem {
  constructor(detail: string, retryAfterSeconds: number, cause?: unknown) {
    super('unavailable', detail, { headers: { 'retry-after': String(retryAfterSeconds) }, cause });
  }
}
