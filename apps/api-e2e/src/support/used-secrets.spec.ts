import { Logger } from '@nestjs/common';
import { expect, it } from 'vitest';
import { newcomer } from './people.js';
import { TestApp } from './test-app.js';

it('a test application fails at its end when a secret that was used is in its log', async () => {
  const app = await TestApp.start();
  const { refreshToken } = await newcomer(app);
  const password = 'Pl4in-words-of-no-known-kind';
  await app.request('POST', '/api/v1/auth/login', { body: { username: 'demo', password } });
  const logger = new Logger('Spec');
  logger.warn(`A token, which is redacted: ${refreshToken}`);
  logger.warn(`Careless: ${password}`);
  await expect(app.stop()).rejects.toThrow(/The log contains 1 secrets, such as Pl4in-.*Careless/s);
});
