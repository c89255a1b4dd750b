import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Type } from '@nestjs/common';
import type { ValidationProblem } from '@gatehouse/http';
import { ValidationPipe } from '@gatehouse/validation';
import {
  CreateUserDto,
  NewAccountDto,
  ReplaceUserDto,
  SetPasswordDto,
  UpdateProfileDto,
  UpdateUserDto,
} from './user.dto.js';

const account = { username: 'ada', email: 'ada@example.com', password: 'Passw0rd' };

function check(type: Type<object>, input: unknown): Promise<{ value?: object; errors: string[] }> {
  return new ValidationPipe().read(type, input, { name: 'body', form: 'json' }).then(
    (value) => ({ value, errors: [] }),
    (problem: ValidationProblem) => ({ errors: problem.errors!.map(({ path, code }) => `${path} ${code}`) }),
  );
}

describe('a new account', () => {
  it('fills in tags and converts the email to lower case', async () => {
    const { value, errors } = await check(NewAccountDto, { ...account, email: 'ADA@Example.COM' });
    expect(errors).toEqual([]);
    expect({ ...value }).toEqual({ ...account, tags: [] });
  });

  it.each([
    ['username', ['ab', 'a'.repeat(51), 'a b', 'ä23', 'a@b', 5, null]],
    [
      'email',
      [
        'ada',
        'ada@',
        '@example.com',
        'a\u2028b@example.com',
        'a\u00a0b@example.com',
        '"a@x"@example.com',
        '"a"@example.com',
        ...['\u200b', '\u202e', '\ufeff', '\u00ad', '\u2066', '\ufe0f', '\u3164', '\u0085'].flatMap(
          (invisible) => [`a${invisible}@example.com`, `a@example.com${invisible}`],
        ),
        `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(63)}.com`,
        null,
      ],
    ],
    ['password', ['Passw0r', 'passw0rd', 'Password', `P0${'a'.repeat(127)}`, 12345678, null]],
    ['fullName', ['', '   ', 'a'.repeat(101), 1]],
    ['age', [-1, 151, 1.5, '36']],
    ['tags', ['a', [''], [null], Array(51).fill('x'), null]],
  ])('refuses a bad %s', async (field, values) => {
    for (const value of values) {
      const { errors } = await check(NewAccountDto, { ...account, [field]: value });
      expect(errors, JSON.stringify(value)).toHaveLength(1);
      expect(errors[0]).toMatch(new RegExp(`^${field}`));
    }
  });

  it.each([
    ['username', ['abc', 'A-_9', 'a'.repeat(50)]],
    [
      'email',
      ["o'neil+tag@mail.example.com", 'jürgen@bücher.example', '用户@例子.公司', 'a@xn--bcher-kva.example'],
    ],
    ['password', ['Passw0rd', `A1${'ü'.repeat(126)}`, 'line\nBreak1']],
    ['fullName', ['x', '李', 'a'.repeat(100), null]],
    ['age', [0, 150, null]],
  ])('takes a good %s', async (field, values) => {
    for (const value of values)
      expect((await check(NewAccountDto, { ...account, [field]: value })).errors).toEqual([]);
  });
});

describe('mass assignment', () => {
  const protectedFields = [
    'id',
    'role',
    'isActive',
    'createdAt',
    'updatedAt',
    'emailVerifiedAt',
    'passwordHash',
    'credentialsVersion',
  ];

  it.each([
    ['registration', NewAccountDto, account, protectedFields],
    ['own profile', UpdateProfileDto, {}, [...protectedFields, 'email', 'password']],
    [
      'creation',
      CreateUserDto,
      account,
      protectedFields.filter((name) => name !== 'role' && name !== 'isActive'),
    ],
    ['update', UpdateUserDto, {}, ['id', 'password', 'passwordHash', 'credentialsVersion', 'createdAt']],
    [
      'replacement',
      ReplaceUserDto,
      { ...account, role: 'user', isActive: true },
      ['id', 'password', 'passwordHash'],
    ],
    ['password', SetPasswordDto, { password: 'Passw0rd' }, ['id', 'role', 'passwordHash', 'userId']],
  ])('is refused by the %s, whatever the value', async (_, type, valid, names) => {
    await fc.assert(
      fc.asyncProperty(fc.subarray(names, { minLength: 1 }), fc.jsonValue(), async (chosen, value) => {
        const { errors } = await check(type, {
          ...valid,
          ...Object.fromEntries(chosen.map((name) => [name, value])),
        });
        for (const name of chosen) expect(errors).toContain(`${name} unknown`);
      }),
    );
  });
});

describe('a partial update', () => {
  it('has no defaults, and allows null only for nullable fields', async () => {
    expect({ ...(await check(UpdateUserDto, {})).value }).toEqual({});
    expect((await check(UpdateUserDto, { fullName: null, age: null })).errors).toEqual([]);
    const nulls = { username: null, email: null, tags: null, role: null };
    expect((await check(UpdateUserDto, nulls)).errors).toHaveLength(4);
  });
});
