import {
  ArgumentMetadata,
  Injectable,
  Optional,
  Type,
  ValidationPipe as NestValidationPipe,
  type ValidationPipeOptions,
} from '@nestjs/common';
import { ValidationProblem } from '@gatehouse/http';
import * as classTransformer from 'class-transformer';
import * as classValidator from 'class-validator';
import { ValidationError } from 'class-validator';
import { complete, fillDefaults } from './dto/complete.js';
import { fieldNamesOf, rememberRules } from './dto/dto-metadata.js';
import { toFieldErrors } from './dto/field-errors.js';
import { isFields, sift } from './dto/sift.js';
import { FROM_TEXT } from './fields/change-text.js';

/** Origin of an input. */
export interface InputSource {
  /** Name of the input as a whole in an error, e.g. `body`. */
  name: string;
  /** `json` values are already typed; `text` values (query, path, form) are converted to the type of their field. */
  form: 'json' | 'text';
}

/** The options of Nest's pipe, except those of its error response, which the `exceptionFactory` creates. */
type Options = Omit<
  ValidationPipeOptions,
  'transform' | 'disableErrorMessages' | 'errorHttpStatusCode' | 'errorFormat' | 'maxErrorMessagesLength'
>;

/**
 * A stricter version of Nest's `ValidationPipe`. It always creates instances. It refuses unknown fields, reports all
 * errors at once (the first one of each field), does not coerce JSON, and refuses values that PostgreSQL cannot store
 * or that would block the process, whatever the rules say.
 */
@Injectable()
export class ValidationPipe extends NestValidationPipe {
  private readonly names = new WeakMap<Type, ReadonlySet<string>>();

  constructor(@Optional() options: Options = {}) {
    super({
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      stopAtFirstError: true,
      exceptionFactory: (errors) => new ValidationProblem(toFieldErrors(errors as ValidationError[])),
      validatorPackage: classValidator,
      transformerPackage: classTransformer,
      ...options,
    });
    rememberRules();
  }

  /**
   * @returns an instance of the parameter's class; existing instances created by the gate are returned unchanged
   * @throws ValidationProblem (422) with one error per invalid field; Error when the parameter has no DTO class
   */
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const { type, data } = metadata;
    const metatype = this.expectedType ?? metadata.metatype;
    if (type === 'custom' && !this.validateCustomDecorators) return value;
    if (data !== undefined || !metatype || !this.toValidate({ ...metadata, metatype })) {
      throw new Error(`@${type}() must take a DTO class as a whole: a naked scalar cannot be validated`);
    }
    if (value instanceof metatype) return value;
    const form = type === 'query' || type === 'param' ? 'text' : 'json';
    return this.read(metatype, value, { form, name: type === 'param' ? 'path' : type });
  }

  /**
   * Creates a valid instance of a DTO class from an input. A class without rules accepts no fields.
   * @throws ValidationProblem, or the error of the `exceptionFactory`
   */
  async read<T extends object>(type: Type<T>, input: unknown, { form, name }: InputSource): Promise<T> {
    if (!isFields(input)) throw await this.exceptionFactory([notFields(input, name)]);
    const names = this.namesOf(type);
    const { rest, refused } = sift(input, names);
    const { groups = [], ...options } = this.transformOptions ?? {};
    const dto = classTransformer.plainToInstance(type, rest, {
      ...options,
      groups: form === 'text' ? [...groups, FROM_TEXT] : groups,
    });
    fillDefaults(dto);
    const broken = names.size > 0 ? await this.validate(dto, this.validatorOptions) : [];
    const errors = merge(broken as ValidationError[], refused, () => [...names, ...Object.keys(input)]);
    if (errors.length === 0) errors.push(...complete(dto));
    if (errors.length > 0) throw await this.exceptionFactory(errors);
    return dto;
  }

  private namesOf(type: Type): ReadonlySet<string> {
    let names = this.names.get(type);
    if (!names) this.names.set(type, (names = fieldNamesOf(type, this.validatorOptions)));
    return names;
  }
}

/**
 * Merges both lists of errors in order. A removed field looks absent to the rules, so their errors about it are
 * ignored.
 */
function merge(
  broken: ValidationError[],
  refused: ValidationError[],
  namesInOrder: () => string[],
): ValidationError[] {
  if (refused.length === 0) return broken;
  const order = namesInOrder();
  const byField = new Map([...broken, ...refused].map((error) => [error.property, error]));
  return [...byField.values()].sort((a, b) => order.indexOf(a.property) - order.indexOf(b.property));
}

function notFields(input: unknown, property: string): ValidationError {
  const constraints =
    input === undefined
      ? { required: `${property} is required` }
      : { isObject: `${property} must be an object` };
  return Object.assign(new ValidationError(), { property, constraints });
}
