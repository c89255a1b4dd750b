import { randomBytes } from 'node:crypto';

/** Of this run; hexadecimal, since no well-known word can turn up in it. */
export const secrets = {
  jwt: randomBytes(48).toString('hex'),
  webhook: randomBytes(48).toString('hex'),
  adminPassword: `A1${randomBytes(20).toString('hex')}`,
};

export const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
