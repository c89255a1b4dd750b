import { ArgumentMetadata, Injectable, PipeTransform, Type } from '@nestjs/common';
import { FieldError, Problem, ValidationProblem } from '@gatehouse/http';
import { validate } from './dto/validate.js';

const PRIMITIVES: readonly unknown[] = [undefined, Object, String, Number, Boolean, Array, Date];

/**
 * Validates one value against the class of the parameter that takes it. The gate does without it; use it alone in any
 * Nest application: `app.useGlobalPipes(new ValidationPipe())`.
 */
@Injectable()
export class ValidationPipe implements PipeTransform {
  /**
   * @returns an instance of the parameter's class
   * @throws Problem (422) with one error for each field that is wrong; Error when the parameter has no DTO class
   */
  transform(value: unknown, metadata: ArgumentMetadata): unknown {
    const { metatype, type, data } = metadata;
    if (type === 'custom') return value;
    if (data !== undefined || PRIMITIVES.includes(metatype)) {
      throw new Error(`@${type}() must take a DTO class as a whole: a naked scalar cannot be validated`);
    }
    if (value instanceof metatype!) return value;
    const errors: FieldError[] = [];
    const form = this.isText(metadata) ? 'text' : 'json';
    const dto = validate(metatype as Type<object>, value, form, this.nameOf(metadata), errors);
    if (errors.length > 0) throw this.toProblem(errors);
    return dto;
  }

  /** Whether values come as text and are coerced. */
  protected isText({ type }: ArgumentMetadata): boolean {
    return type === 'query' || type === 'param';
  }

  /** How to call the whole value in an error. */
  protected nameOf({ type }: ArgumentMetadata): string {
    return type === 'param' ? 'path' : type;
  }

  protected toProblem(errors: FieldError[]): Problem {
    return new ValidationProblem(errors);
  }
}
