import type { FieldError } from '@gatehouse/http';
import { canonicalQuery, validate } from '@gatehouse/validation';
import { describe, expect, it } from 'vitest';
import { ListQuery } from './list-query.js';

function read(input: Record<string, string>): { query: ListQuery; errors: FieldError[] } {
  const errors: FieldError[] = [];
  return { query: validate(ListQuery, input, 'text', 'query', errors)!, errors };
}

const canonical = (input: Record<string, string>) => canonicalQuery(read(input).query);

describe('ListQuery', () => {
  it('asks for the first page of ten when nothing is said', () => {
    expect(read({}).query).toEqual({ page: 1, pageSize: 10 });
    expect(canonical({ page: '1' })).toBe(canonical({}));
    expect(canonical({ pageSize: '10' })).toBe(canonical({}));
    expect(canonical({ page: '2' })).not.toBe(canonical({}));
  });

  it('goes by cursor as soon as a cursor or a limit is there, even an empty one', () => {
    expect(read({ cursor: '' }).query).toEqual({ cursor: '', limit: 10 });
    expect(canonical({ cursor: '' })).toBe(canonical({ limit: '10' }));
    expect(canonical({ cursor: '', limit: '10' })).toBe(canonical({ cursor: '' }));
    expect(canonical({ cursor: '' })).not.toBe(canonical({}));
  });

  it.each([
    [{ page: '1', cursor: '' }, ['page']],
    [{ pageSize: '10', cursor: 'abc' }, ['pageSize']],
    [{ page: '2', limit: '10' }, ['page']],
    [{ page: '2', pageSize: '5', limit: '10' }, ['page', 'pageSize']],
  ])('refuses pages and cursors together: %j', (input, paths) => {
    const { errors } = read(input as Record<string, string>);
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
  ])('refuses %j', (input) => {
    expect(read(input as unknown as Record<string, string>).errors).toHaveLength(1);
  });

  it.each([{ page: '1000000000' }, { pageSize: '100' }, { limit: '100' }])('takes %j', (input) => {
    expect(read(input as unknown as Record<string, string>).errors).toEqual([]);
  });
});
