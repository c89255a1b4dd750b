import { setTimeout as sleep } from 'node:timers/promises';
import type { INestApplication } from '@nestjs/common';
import { Outbox } from '@gatehouse/mail';
import { Metrics } from '@gatehouse/observability';

/** A scrape waits no longer, should the database be slow to answer. */
const LIMIT_MS = 1_000;

/** The outbox in `/metrics`: a number that grows says that no mail leaves. */
export function registerMailGauge(app: INestApplication): void {
  const outbox = app.get(Outbox);
  app
    .get(Metrics)
    .registerGauge('mails_waiting', 'Mails in the outbox, the same in every process; NaN when unknown.', () =>
      Promise.race([outbox.waiting(), sleep(LIMIT_MS, Number.NaN, { ref: false })]),
    );
}
