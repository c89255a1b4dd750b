import { FieldError, sendContinue, ValidationProblem } from '@gatehouse/http';
import type { FastifyRequest } from 'fastify';
import { BodyValidator } from '../body/body-validator.js';
import { discard } from '../body/discard.js';
import { validate } from '../dto/validate.js';
import type { RouteInputs } from './inputs-of.js';
import { QueryValidator } from './query-validator.js';

const NO_PARAMS = Object.freeze({});

/** Validates the requests of one route and puts the instances of its DTOs in place of what was sent. */
export class RouteValidator {
  private readonly query: QueryValidator;
  private readonly body: BodyValidator;

  constructor(private readonly inputs: RouteInputs) {
    this.query = new QueryValidator(inputs.query);
    this.body = new BodyValidator(inputs.body);
  }

  /**
   * @returns a promise only when there is a body to read
   * @throws ValidationProblem with the errors of path, query and body together; other problems for an unreadable body
   */
  validate(request: FastifyRequest): void | Promise<void> {
    const errors: FieldError[] = [];
    const { params: Params } = this.inputs;
    request.params = Params ? validate(Params, request.params, 'text', 'path', errors) : NO_PARAMS;
    request.query = this.query.validate(rawQueryOf(request.url), errors);
    if (!this.body.isDone(request)) return this.takeBody(request, errors);
    request.body = undefined;
    throwIfAny(errors);
  }

  private takeBody(request: FastifyRequest, errors: FieldError[]): void | Promise<void> {
    const stream = this.body.stream(request);
    if (!stream) return this.readBody(request, errors);
    if (errors.length > 0) discard(stream);
    throwIfAny(errors);
    sendContinue(request.raw);
    request.body = stream;
  }

  private async readBody(request: FastifyRequest, errors: FieldError[]): Promise<void> {
    request.body = await this.body.validate(request, errors);
    throwIfAny(errors);
  }
}

function throwIfAny(errors: FieldError[]): void {
  if (errors.length > 0) throw new ValidationProblem(errors);
}

function rawQueryOf(url: string): string {
  const start = url.indexOf('?');
  return start < 0 ? '' : url.slice(start + 1);
}
