import type { FieldError, ValidationProblem } from '@gatehouse/http';
import { canonicalQuery, ValidationPipe } from '@gatehouse/validation';
import { describe, expect, it } from 'vitest';
import { ListQuery } from './list-query.js';

function read(input: Record<string, string>): Promise<ListQuery> {
  return new ValidationPipe().read(ListQuery, input, { name: 'query', form: 'text' });
}

const canonical = async (input: Record<string, string>) => canonicalQuery(await read(input));

function errorsOf(input: object): Promise<FieldError[]> {
  return read(input as Record<string, string>).then(
    () => [],
    (problem: ValidationProblem) => problem.errors!,
  );
}

describe('ListQuery', () => {
  it('requests the first page of ten by default', async () => {
    expect(await read({})).toEqual({ page: 1, pageSize: 10 });
    expect(await canonical({ page: '1' })).toBe(await canonical({}));
    expect(await canonical({ pageSize: '10' })).toBe(await canonical({}));
    expect(await canonical({ page: '2' })).not.toBe(await canonical({}));
  });

  it('uses the cursor when a cursor or a limit is given, even an empty one', async () => {
    expect(await read({ cursor: '' })).toEqual({ cursor: '', limit: 10 });
    expect(await canonical({ cursor: '' })).toBe(await canonical({ limit: '10' }));
    expect(await canonical({ cursor: '', limit: '10' })).toBe(await canonical({ cursor: '' }));
    expect(await canonical({ cursor: '' })).not.toBe(await canonical({}));
  });

  it.each([
    [{ page: '1', cursor: '' }, ['page']],
    [{ pageSize: '10', cursor: 'abc' }, ['pageSize']],
    [{ page: '2', limit: '10' }, ['page']],
    [{ page: '2', pageSize: '5', limit: '10' }, ['page', 'pageSize']],
  ])('refuses pages and cursors together: %j', async (input, paths) => {
    const errors = await errorsOf(input);
    expect(errors.map(({ path }) => path)).toEqual(paths);
    expect(errors[0]!.code).toBe('exclusive');
  });

  it.each([
    { page: '0' },
    { page: '-1' },
    { page: '1.5' },
    { page: 'x' },
    { page: '' },
    { page: '9223372036854775807' },
    { pageSize: '0' },
    { pageSize: '101' },
    { limit: '0' },
    { limit: '101' },
    { cursor: 'x'.repeat(10_000) },
    { sort: '' },
  ])('refuses %j', async (input) => {
    expect(await errorsOf(input)).toHaveLength(1);
  });

  it.each([{ page: '1000000000' }, { pageSize: '100' }, { limit: '100' }])('accepts %j', async (input) => {
    expect(await errorsOf(input)).toEqual([]);
  });
});
