import { Injectable } from '@nestjs/common';
import { Jobs } from '@gatehouse/jobs';
import { ExpiredTickets } from './expired-tickets.js';
import { PurchaseKeys } from './purchase-keys.js';

/** Tickets that one run expires at most; what is left is due at the next. */
const LIMIT = 10_000;

/** What has to be done from time to time, also for the time in which no process was there to do it. */
@Injectable()
export class TicketingJobs {
  constructor(jobs: Jobs, expired: ExpiredTickets, keys: PurchaseKeys) {
    jobs.define({ name: 'ticketing.expire-tickets', every: '* * * * *' }, async () => {
      await expired.sweep(LIMIT);
    });
    jobs.define({ name: 'ticketing.forget-purchase-keys', every: '17 * * * *' }, () => keys.forgetOld());
  }
}
