import { accessRows } from './matrix/access.js';
import { authRows } from './matrix/auth.js';
import { booksRows } from './matrix/books.js';
import { notificationsRows } from './matrix/notifications.js';
import { operationsRows } from './matrix/operations.js';
import { paymentsRows } from './matrix/payments.js';
import { recoveryRows } from './matrix/recovery.js';
import type { Matrix } from './matrix/row.js';
import { sessionsRows } from './matrix/sessions.js';
import { ticketingRows } from './matrix/ticketing.js';
import { usersRows } from './matrix/users.js';

/** Who may call what. Every route of the application has a row here, or the tests fail. */
export const matrix: Matrix = {
  ...accessRows,
  ...authRows,
  ...booksRows,
  ...notificationsRows,
  ...operationsRows,
  ...paymentsRows,
  ...recoveryRows,
  ...sessionsRows,
  ...ticketingRows,
  ...usersRows,
};
