import { randomBytes } from 'node:crypto';

/** Secrets of this run; hexadecimal, so that they contain no well-known word. */
export const secrets = {
  jwt: randomBytes(48).toString('hex'),
  webhook: randomBytes(48).toString('hex'),
  adminPassword: `A1${randomBytes(20).toString('hex')}`,
};

export const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
