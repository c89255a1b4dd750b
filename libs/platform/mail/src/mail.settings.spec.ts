import { expect, it } from 'vitest';
import { EnvironmentError, loadEnvironment } from '@gatehouse/config';
import { MailSettings } from './mail.settings.js';

const problemsOf = (variables: Record<string, string>): string[] => {
  try {
    loadEnvironment(variables, [MailSettings]);
    return [];
  } catch (error) {
    return (error as EnvironmentError).problems;
  }
};

it('refuses to send mails without a URL for their links', () => {
  const JWT_SECRET = 'k3W9vQ2xL7mZp4RtY8sBn6HcJ1dFgA5u';
  const secrets = { DATABASE_URL: 'postgres://database/gatehouse', JWT_SECRET };
  const mails = { NODE_ENV: 'production', MAIL_URL: 'smtp://mail', ...secrets };
  expect(problemsOf(mails)).toEqual([expect.stringMatching('^PUBLIC_URL must')]);
  expect(problemsOf({ ...mails, PUBLIC_URL: 'https://api.example' })).toEqual([]);
  expect(problemsOf({ ...mails, NODE_ENV: 'development' })).toEqual([]);
});

it.each([
  ['MAIL_URL', ['mail.example.com', 'smtp://', 'smtp://h:x', 'smtp://h/path']],
  ['MAIL_FROM', ['Gatehouse', 'a@b <', 'Name <a b@c>', 'a@b, c@d']],
])('%s names itself when its value is wrong', (name, values) => {
  for (const value of values) {
    const problems = problemsOf({ [name]: value });
    expect([value, problems]).toEqual([value, [expect.stringMatching(`^${name} must`)]]);
  }
});

it.each([
  ['MAIL_URL', ['smtp://h', 'smtps://u%40x.example:p%2F@h:465/?pool=true']],
  ['MAIL_FROM', ['a@b.example', '"Gate, house" <a@b.example>']],
])('%s takes what is right', (name, values) => {
  for (const value of values) expect([value, problemsOf({ [name]: value })]).toEqual([value, []]);
});

it('requires an encoded password, without showing it', () => {
  const [problem] = problemsOf({ MAIL_URL: 'smtp://user:12#hush@host' });
  expect(problem).toMatch(/^MAIL_URL must.*%23 /);
  expect(problem).not.toContain('hush');
});
