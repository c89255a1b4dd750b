import { expect } from 'vitest';
import { JobTable } from '@gatehouse/jobs/testing';
import { PASSWORD } from '../support/test-app.js';
import type { Matrix } from '../support/matrix/row.js';
import { newAccount, type Scene } from '../support/matrix/scene.js';

const NEW_PASSWORD = 'An0therPassword';

/** Waits for the token in the last mail to a recipient. */
async function mailedToken({ app }: Scene, recipient: string): Promise<string> {
  await new JobTable(app.app).workOff('account-recovery.send-reset-link');
  const query = 'SELECT text FROM mails WHERE recipient = $1 ORDER BY id DESC';
  const found = async (): Promise<string | undefined> => {
    const mails = await app.dataSource.query<{ text: string }[]>(query, [recipient]);
    return mails.map(({ text }) => /#token=(\S+)/.exec(text)?.[1]).find(Boolean);
  };
  await expect.poll(found).toBeTruthy();
  return (await found())!;
}

async function resetToken(scene: Scene): Promise<string> {
  await scene.have('POST', '/api/v1/auth/forgot-password', { email: scene.owner.email });
  return mailedToken(scene, scene.owner.email);
}

async function verificationToken(scene: Scene): Promise<string> {
  const account = newAccount();
  await scene.have('POST', '/api/v1/auth/register', account);
  return mailedToken(scene, account.email);
}

export const rows: Matrix = {
  'POST /api/v1/auth/forgot-password': {
    statuses: { nobody: 202, user: 202, moderator: 202, admin: 202, key: 202, keyWithoutPermissions: 202 },
    ask: ({ owner }) => ({ body: { email: owner.email } }),
  },
  'POST /api/v1/auth/reset-password': {
    statuses: { nobody: 204, user: 204, moderator: 204, admin: 204, key: 204, keyWithoutPermissions: 204 },
    ask: async (scene) => ({ body: { token: await resetToken(scene), password: NEW_PASSWORD } }),
  },
  'POST /api/v1/auth/verify-email': {
    statuses: { nobody: 204, user: 204, moderator: 204, admin: 204, key: 204, keyWithoutPermissions: 204 },
    ask: async (scene) => ({ body: { token: await verificationToken(scene) } }),
  },
  'POST /api/v1/auth/resend-verification': {
    statuses: { nobody: 401, user: 202, moderator: 202, admin: 202, key: 403, keyWithoutPermissions: 403 },
  },
  'POST /api/v1/auth/change-password': {
    statuses: { nobody: 401, user: 204, moderator: 204, admin: 204, key: 403, keyWithoutPermissions: 403 },
    ask: () => ({ body: { currentPassword: PASSWORD, newPassword: NEW_PASSWORD } }),
  },
  'POST /api/v1/auth/change-email': {
    statuses: { nobody: 401, user: 202, moderator: 202, admin: 202, key: 403, keyWithoutPermissions: 403 },
    ask: () => ({ body: { email: newAccount().email, password: PASSWORD } }),
  },
};
