import { PASSWORD } from '../support/test-app.js';
import type { Matrix } from '../support/matrix/row.js';
import { newAccount, type Scene } from '../support/matrix/scene.js';

const NEW_PASSWORD = 'An0therPassword';

async function resetToken(scene: Scene): Promise<string> {
  await scene.have('POST', '/api/v1/auth/forgot-password', { email: scene.owner.email });
  return scene.mailedToken(scene.owner.email);
}

async function verificationToken(scene: Scene): Promise<string> {
  const account = newAccount();
  await scene.have('POST', '/api/v1/auth/register', account);
  return scene.mailedToken(account.email);
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
