import { describe, expect, it } from 'vitest';
import { loadEnvironment } from '@gatehouse/config';
import { AuthSettings } from '../auth.settings.js';
import { SessionCookie } from './session-cookie.js';

const JWT_SECRET = 'Zk3vX9qLmW7rTnB2yHc5dJfP8sGaUeRo';
const settings = Object.assign(new AuthSettings(), { SESSION_MAX_DAYS: 2 });
const cookieOf = (NODE_ENV: string) =>
  new SessionCookie(loadEnvironment({ NODE_ENV, DATABASE_URL: 'postgres://db', JWT_SECRET }), settings);

describe('the session cookie', () => {
  it.each([
    ['development', 'gatehouse_session=ghs_x; Max-Age=172800; Path=/; HttpOnly; SameSite=Lax'],
    ['test', 'gatehouse_session=ghs_x; Max-Age=172800; Path=/; HttpOnly; SameSite=Lax; Secure'],
    ['production', '__Host-gatehouse_session=ghs_x; Max-Age=172800; Path=/; HttpOnly; SameSite=Lax; Secure'],
  ])('in %s is %s', (environment, expected) => {
    expect(cookieOf(environment).keeping('ghs_x')).toBe(expected);
  });

  it('is cleared with the same attributes, which browsers require', () => {
    const cookie = cookieOf('production');
    expect(cookie.clearing()).toBe(
      '__Host-gatehouse_session=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax; Secure',
    );
  });

  it.each<[string | undefined, string[]]>([
    [undefined, []],
    ['', []],
    ['other=1', []],
    ['gatehouse_session=a', ['a']],
    ['x=1;gatehouse_session=a ; y=2', ['a']],
    ['gatehouse_session=', ['']],
    ['gatehouse_session=a; gatehouse_session=b', ['a', 'b']],
    ['my_gatehouse_session=a; gatehouse_session2=b; gatehouse_session', []],
    ['__Host-gatehouse_session=a', []],
    ['x="gatehouse_session=a"', []],
    ['gatehouse_session=a=b', ['a=b']],
  ])('of the header %j has the values %j', (header, values) => {
    expect(cookieOf('development').valuesIn(header)).toEqual(values);
  });
});
