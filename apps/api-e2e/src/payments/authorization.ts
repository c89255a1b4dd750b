import { v7 as uuidv7 } from 'uuid';
import { PaymentsSettings } from '@gatehouse/payments';
import { sandboxCall } from '@gatehouse/payments/testing';
import type { Ask, Matrix } from '../support/matrix/row.js';
import { newName, type Scene } from '../support/matrix/scene.js';

/** A checkout of the owner, and a webhook call for it. */
async function aDeclinedPayment({ app, owner }: Scene): Promise<Ask> {
  const checkoutId = uuidv7();
  await app.dataSource.query(
    `INSERT INTO checkouts
       (id, feature, reference, user_id, amount_cents, currency, description, provider, expires_at)
     VALUES ($1, 'matrix', $2, $3, 100, 'EUR', 'Matrix', 'sandbox', now())`,
    [checkoutId, newName(), owner.id],
  );
  const { webhookSecret } = app.app.get(PaymentsSettings);
  return sandboxCall({ checkoutId, amountCents: 100, kind: 'declined' }, webhookSecret);
}

export const rows: Matrix = {
  'GET /api/v1/payments': {
    scope: ['payments.read'],
    statuses: { nobody: 401, user: 403, moderator: 403, admin: 200, key: 200, keyWithoutPermissions: 403 },
  },
  'POST /api/v1/payments/webhook': {
    statuses: { nobody: 200, user: 200, moderator: 200, admin: 200, key: 200, keyWithoutPermissions: 200 },
    ask: aDeclinedPayment,
  },
};
