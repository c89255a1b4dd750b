import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Type } from '@nestjs/common';
import type { FieldError, ValidationProblem } from '@gatehouse/http';
import { ValidationPipe } from '@gatehouse/validation';
import { isCommonPassword } from './common-passwords.js';
import { isAcceptablePassword, NewAccountDto, SetPasswordDto } from './user.dto.js';

afterEach(() => vi.unstubAllEnvs());

function check(type: Type<object>, input: object): Promise<FieldError[]> {
  return new ValidationPipe().read(type, input, { name: 'body', form: 'json' }).then(
    () => [],
    (problem: ValidationProblem) => problem.errors!,
  );
}

const refusal = { path: 'password', code: 'commonPassword', message: 'password is too common' };

it.each(['Password1', 'PASSWORD1', 'Qwerty123', '1Q2w3e4r', 'Iloveyou1'])('knows %s', async (password) => {
  expect(isCommonPassword(password)).toBe(true);
  expect(isAcceptablePassword(password)).toBe(false);
  expect(await check(SetPasswordDto, { password })).toEqual([refusal]);
});

it.each(['Correct-Horse-9', 'Other1Password', 'Zk3vX9qLmW7r'])('does not know %s', async (password) => {
  expect(isCommonPassword(password)).toBe(false);
  expect(isAcceptablePassword(password)).toBe(true);
  expect(await check(SetPasswordDto, { password })).toEqual([]);
});

it('reports other errors of a password first', async () => {
  expect((await check(SetPasswordDto, { password: '123456' })).map(({ code }) => code)).toEqual([
    'minLength',
  ]);
});

it('accepts the development password everywhere but in production, in its documented spelling only', async () => {
  for (const environment of ['', 'development', 'test']) {
    vi.stubEnv('NODE_ENV', environment);
    expect(await check(SetPasswordDto, { password: 'Passw0rd' })).toEqual([]);
    expect(await check(SetPasswordDto, { password: 'PASSW0RD' })).toEqual([refusal]);
  }
  vi.stubEnv('NODE_ENV', 'production');
  expect(await check(SetPasswordDto, { password: 'Passw0rd' })).toEqual([refusal]);
});

describe('of a new account', () => {
  const account = { username: 'Ada-Lovelace-1815', email: 'Ada1815@example.com' };

  it.each(['Ada-Lovelace-1815', 'ADA-lovelace-1815', 'Ada1815@Example.com'])(
    'refuses the own name %s',
    async (password) => {
      expect(await check(NewAccountDto, { ...account, password })).toEqual([refusal]);
    },
  );

  it('ignores names that are not strings', async () => {
    const errors = await check(NewAccountDto, { username: 5, email: null, password: 'Ada-Lovelace-1815' });
    expect(errors.map(({ path }) => path)).toEqual(['username', 'email']);
  });
});
