import { FieldError, sendContinue, ValidationProblem } from '@gatehouse/http';
import type { Storage } from '@gatehouse/storage';
import type { FastifyRequest } from 'fastify';
import { BodyReader } from '../body/body-reader.js';
import { discard } from '../body/discard.js';
import { parseForm } from '../body/parse.js';
import { MAX_ERRORS } from '../dto/field-errors.js';
import { isFields } from '../dto/sift.js';
import { FormReader } from '../form/form-reader.js';
import type { InputSource, ValidationPipe } from '../validation.pipe.js';
import { InputMemory } from './input-memory.js';
import type { RouteInputs } from './inputs-of.js';

/** Stands in for a DTO on routes without one: every field is unknown. */
class NoFields {}

/** Validates the requests of one route and replaces the raw inputs with DTO instances. */
export class RouteValidator {
  /** Undefined when the path has no parameters, which `inputsOf` ensures. */
  private readonly params: InputMemory | undefined;
  private readonly query: InputMemory;
  private readonly body: BodyReader;
  private readonly form: FormReader | undefined;

  /**
   * @param pipe validates the inputs that have no pipe of their own
   * @param storage for the files of a route whose body has some
   */
  constructor(
    private readonly inputs: RouteInputs,
    private readonly pipe: ValidationPipe,
    storage?: Storage,
  ) {
    const { params, query, pipes } = inputs;
    this.params = params && new InputMemory(params, 'path', pipes.params ?? pipe);
    this.query = new InputMemory(query ?? NoFields, 'query', pipes.query ?? pipe);
    this.body = new BodyReader(inputs.body);
    this.form = storage && new FormReader(inputs.body.files, inputs.body.limit, storage);
  }

  /**
   * @returns a promise only when some input has not been validated before
   * @throws ValidationProblem with the errors of path, query and body together; other problems for an unreadable body
   */
  validate(request: FastifyRequest): void | Promise<void> {
    const [path, search] = splitUrl(request.url);
    const params = this.params ? this.params.get(path) : request.params;
    const query = this.query.get(search);
    if (!params || !query || !this.body.isDone(request)) return this.validateNew(request, path, search);
    request.params = params;
    request.query = query;
    request.body = undefined;
  }

  /**
   * Validates the payload of a message: an object, or else the field `value`. A missing one has no fields.
   * @throws ValidationProblem
   */
  async validateMessage(payload: unknown = {}): Promise<object> {
    const { pipes, body } = this.inputs;
    const fields = isFields(payload) ? payload : { value: payload };
    return (pipes.body ?? this.pipe).read<object>(body.dto ?? NoFields, fields, {
      name: 'data',
      form: 'json',
    });
  }

  private async validateNew(request: FastifyRequest, path: string, search: string): Promise<void> {
    const errors: FieldError[] = [];
    const params = this.params
      ? await collect(
          errors,
          this.params.read(path, () => request.params),
        )
      : request.params;
    const query = await collect(
      errors,
      this.query.read(search, () => parseForm(search, 'The query')),
    );
    if (this.inputs.body.isStream) this.takeStream(request, errors);
    else if (this.form) request.body = await collect(errors, this.readForm(request, this.form, errors));
    else request.body = await collect(errors, this.readBody(request));
    throwIfAny(errors);
    request.params = params;
    request.query = query;
  }

  private takeStream(request: FastifyRequest, errors: FieldError[]): void {
    const stream = this.body.stream(request);
    if (errors.length > 0) return discard(stream);
    sendContinue(request.raw);
    request.body = stream;
  }

  /** Reads no form that is refused anyway, since its files would be stored first. */
  private async readForm(
    request: FastifyRequest,
    reader: FormReader,
    errors: readonly FieldError[],
  ): Promise<object | undefined> {
    if (!this.body.announcesForm(request)) return this.readBody(request);
    if (errors.length > 0) {
      discard(request.raw);
      return undefined;
    }
    const { fields, files } = await reader.read(request);
    try {
      return await this.toDto(fields, 'text');
    } catch (error) {
      await reader.remove(files);
      throw error;
    }
  }

  private async readBody(request: FastifyRequest): Promise<object | undefined> {
    const { dto, isOptional } = this.inputs.body;
    const { value = isOptional ? {} : undefined, form } = await this.body.read(request);
    return !dto && value === undefined ? undefined : this.toDto(value, form);
  }

  private toDto(value: unknown, form: InputSource['form']): Promise<object> {
    const { dto, ignored } = this.inputs.body;
    const taken = ignored.size > 0 ? without(value, ignored) : value;
    const pipe = this.inputs.pipes.body ?? this.pipe;
    return pipe.read<object>(dto ?? NoFields, taken, { name: 'body', form });
  }
}

/** Returns a validated input, or adds its errors to those of the other inputs. */
async function collect<T>(errors: FieldError[], reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof ValidationProblem)) throw error;
    errors.push(...error.errors!);
    return undefined;
  }
}

function throwIfAny(errors: FieldError[]): void {
  if (errors.length > 0) throw new ValidationProblem(errors.slice(0, MAX_ERRORS));
}

function without(value: unknown, names: ReadonlySet<string>): unknown {
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.has(name)));
}

function splitUrl(url: string): [path: string, search: string] {
  const end = url.indexOf('?');
  return end < 0 ? [url, ''] : [url.slice(0, end), url.slice(end + 1)];
}
