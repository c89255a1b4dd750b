import { Injectable } from '@nestjs/common';
import { Jobs } from '@gatehouse/jobs';
import { ExpiredTickets } from './expired-tickets.js';
import { PurchaseKeys } from './purchase-keys.js';

/** Maximum number of tickets per run; the rest is due at the next. */
const LIMIT = 10_000;

/** Periodic jobs, which also catch up on time without a running process. */
@Injectable()
export class TicketingJobs {
  constructor(jobs: Jobs, expired: ExpiredTickets, keys: PurchaseKeys) {
    jobs.define({ name: 'ticketing.expire-tickets', every: '* * * * *' }, async () => {
      await expired.sweep(LIMIT);
    });
    jobs.define({ name: 'ticketing.forget-purchase-keys', every: '17 * * * *' }, () => keys.forgetOld());
  }
}
