import { ArgumentMetadata } from '@nestjs/common';
import { Problem, ValidationProblem } from '@gatehouse/http';
import { describe, expect, it } from 'vitest';
import { IntegerField, ValidationPipe } from './index.js';

class Paging {
  @IntegerField({ min: 1 })
  page: number;
}

const of = (type: ArgumentMetadata['type'], metatype: unknown = Paging, data?: string) =>
  ({ type, metatype, data }) as ArgumentMetadata;

describe('ValidationPipe', () => {
  const pipe = new ValidationPipe();

  it('makes instances, with coercion of queries and paths only', () => {
    expect(pipe.transform({ page: '2' }, of('query'))).toEqual(Object.assign(new Paging(), { page: 2 }));
    expect(pipe.transform({ page: '2' }, of('param'))).toBeInstanceOf(Paging);
    expect(pipe.transform({ page: 2 }, of('body'))).toBeInstanceOf(Paging);
    expect(() => pipe.transform({ page: '2' }, of('body'))).toThrow(ValidationProblem);
  });

  it('passes on what it has made already, and what is none of its business', () => {
    const made = pipe.transform({ page: 2 }, of('body'));
    expect(pipe.transform(made, of('body'))).toBe(made);
    expect(pipe.transform('x', of('custom', String))).toBe('x');
  });

  it('refuses to wave a naked scalar through', () => {
    expect(() => pipe.transform('x', of('body', String, 'token'))).toThrow('naked scalar');
    expect(() => pipe.transform({}, of('query', Object))).toThrow('naked scalar');
  });

  it.each([undefined, null, [], 5, 'x'])('refuses %j as a body', (value) => {
    expect(() => pipe.transform(value, of('body'))).toThrow('1 field is invalid');
  });

  it('can answer in its own way', () => {
    class OwnPipe extends ValidationPipe {
      protected override toProblem(): Problem {
        return new Problem('business-rule', 'page is Invalid');
      }
    }
    expect(() => new OwnPipe().transform({}, of('query'))).toThrow('page is Invalid');
  });
});
