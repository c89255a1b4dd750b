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

  it('creates instances, coercing queries and paths only', async () => {
    expect(await pipe.transform({ page: '2' }, of('query'))).toEqual(
      Object.assign(new Paging(), { page: 2 }),
    );
    expect(await pipe.transform({ page: '2' }, of('param'))).toBeInstanceOf(Paging);
    expect(await pipe.transform({ page: 2 }, of('body'))).toBeInstanceOf(Paging);
    await expect(pipe.transform({ page: '2' }, of('body'))).rejects.toThrow(ValidationProblem);
  });

  it('passes through its own instances and parameters that it does not validate', async () => {
    const made = await pipe.transform({ page: 2 }, of('body'));
    expect(await pipe.transform(made, of('body'))).toBe(made);
    expect(await pipe.transform('x', of('custom', String))).toBe('x');
  });

  it('refuses to pass a bare scalar through unvalidated', async () => {
    await expect(pipe.transform('x', of('body', String, 'token'))).rejects.toThrow('naked scalar');
    await expect(pipe.transform({}, of('query', Object))).rejects.toThrow('naked scalar');
  });

  it.each([undefined, null, [], 5, 'x'])('refuses %j as a body', async (value) => {
    await expect(pipe.transform(value, of('body'))).rejects.toThrow('1 field is invalid');
  });

  it('supports a custom exception factory', async () => {
    const own = new ValidationPipe({
      exceptionFactory: ([error]) => new Problem('business-rule', `${error!.property} is Invalid`),
    });
    await expect(own.transform({}, of('query'))).rejects.toThrow('page is Invalid');
  });

  it("takes the options of Nest's own", async () => {
    const lenient = new ValidationPipe({ forbidNonWhitelisted: false });
    expect(await lenient.transform({ page: 1, x: 1 }, of('body'))).toEqual({ page: 1 });
    const expecting = new ValidationPipe({ expectedType: Paging });
    await expect(expecting.transform({ page: 0 }, of('body', Object))).rejects.toThrow(ValidationProblem);
  });
});
