import { describe, expect, it } from 'vitest';
import { toProblem } from './to-problem.js';

const withCode = (code: string) => Object.assign(new Error('inside'), { code });

describe('toProblem', () => {
  it.each([
    ['a refused connection', withCode('ECONNREFUSED')],
    ['a connection that a server which stops ends', withCode('57P01')],
    ['a server that is starting', withCode('57P03')],
    ['a server with too many clients', withCode('53300')],
    ['a statement that took too long', withCode('57014')],
    ['a transaction that was left alone for too long', withCode('25P03')],
    ['a transaction that cannot be serialized', withCode('40001')],
    ['a deadlock', withCode('40P01')],
    ['a standby', withCode('25006')],
    [
      'an error of TypeORM around one',
      Object.assign(new Error('failed'), { driverError: withCode('08006') }),
    ],
    ['a pool that is exhausted', new Error('timeout exceeded when trying to connect')],
    ['a connection lost in a statement', new Error('Connection terminated unexpectedly')],
    [
      'a connection lost between two statements',
      new Error('Client has encountered a connection error and is not queryable'),
    ],
    [
      'a connection lost between two statements of a transaction',
      new Error('Query runner already released. Cannot run queries anymore.'),
    ],
    [
      'the same, to the data source of the transaction',
      new Error(
        'Database connection provided by a query runner was already released, cannot continue to use it',
      ),
    ],
  ])('takes %s for an outage', (_, error) => {
    const problem = toProblem(error);
    expect([problem.getStatus(), problem.headers['retry-after']]).toEqual([503, '5']);
    expect(problem.detail).toBe('The service is temporarily unavailable');
    expect(problem.cause).toBe(error);
  });

  it.each([
    ['a broken statement', withCode('42601')],
    ['a plain error', new Error('secret')],
    ['what is no error', 'secret'],
    ['nothing', undefined],
  ])('takes %s for a fault, and says nothing of it', (_, error) => {
    const problem = toProblem(error);
    expect([problem.getStatus(), problem.detail]).toEqual([500, 'An unexpected error occurred']);
  });

  it.each([
    ['/api/v1/books/%7Ba%7D/a:b@c', '/api/v1/books/%7Ba%7D/a:b@c'],
    ['/{a}"<b>\\^`|%zz%', '/%7Ba%7D%22%3Cb%3E%5C%5E%60%7C%25zz%25'],
    [Buffer.from('/ü').toString('latin1'), '/%C3%BC'],
  ])('names the path %j as the URI reference %s', (path, instance) => {
    expect(toProblem(undefined).toDocument(path, 'id')).toMatchObject({ instance });
  });
});
