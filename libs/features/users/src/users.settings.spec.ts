import { expect, it } from 'vitest';
import { loadEnvironment } from '@gatehouse/config';
import { UsersSettings } from './users.settings.js';

const secrets = {
  DATABASE_URL: 'postgres://database/gatehouse',
  JWT_SECRET: 'k3W9vQ2xL7mZp4RtY8sBn6HcJ1dFgA5u',
};

it.each(['Passw0rd', 'MyP@ssword9', 'Changeme1', 'Qwerty123', 'A1b1A1b1A1', 'Aa123456'])(
  'refuses the well-known password %s',
  (password) => {
    const variables = { NODE_ENV: 'production', ...secrets, ADMIN_PASSWORD: password };
    expect(() => loadEnvironment(variables, [UsersSettings])).toThrow(
      'ADMIN_PASSWORD must not be a well-known password',
    );
  },
);
