import { JwtService } from '@nestjs/jwt';
import type { BenchDatabase } from '../database.js';
import { bearer, secrets } from '../secrets.js';

const BUYERS = 2_000;
/** Tickets sold before, ten per buyer, so that no table is empty. */
const SOLD = 20_000;
const EVENTS = 50;
/** A range of twelve digits, from which pgbench can draw. */
const FIRST = 100_000_000_000;

const id = (kind: number, n: number): string => `00000000-0000-7000-800${kind}-${FIRST + n}`;
const idSql = (kind: number, n: string): string =>
  `('00000000-0000-7000-800${kind}-' || (${FIRST} + ${n}))::uuid`;

const [USER, LOGIN, EVENT, SESSION, CATEGORY, FREE, TICKET] = [1, 2, 3, 4, 5, 6, 7] as const;
/** The event of the tickets sold before; events on sale follow it. */
const PAST = 0;

/** The request body of a buyer of an event. */
export const wish = (event: number, { free = false } = {}): string =>
  JSON.stringify({ categoryId: id(free ? FREE : CATEGORY, event), sessionId: id(SESSION, event) });

/** Number of the event on sale for a buyer's number. */
export const eventOf = (buyer: number, events: number): number => 1 + (buyer % events);

export const buyers = Array.from({ length: BUYERS }, (_, n) => n);
export const events = { one: 1, many: EVENTS };

/** Headers of each buyer, with an access token that differs only in user and session. */
export function buyerHeaders(sample: string): Record<string, string>[] {
  const [header, claims] = sample
    .split('.', 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));
  const jwt = new JwtService({ secret: secrets.jwt });
  return buyers.map((n) => {
    const token = jwt.sign({ ...claims, sub: id(USER, n), sid: id(LOGIN, n) }, { header });
    return { 'content-type': 'application/json', ...bearer(token) };
  });
}

/** pgbench's random draws: the buyer and, with several events, the event. */
export function draws(
  event: number,
  count: number,
): { commands: string[]; expressions: Map<string, string> } {
  const any = (kind: number, name: string): string => `'00000000-0000-7000-800${kind}-' || :${name}`;
  const commands = [`\\set buyer random(${FIRST}, ${FIRST + BUYERS - 1})`];
  const expressions = new Map(buyers.map((n) => [id(USER, n), any(USER, 'buyer')]));
  if (count > 1) {
    commands.push(`\\set event random(${FIRST + 1}, ${FIRST + count})`);
    for (const kind of [EVENT, SESSION, CATEGORY]) expressions.set(id(kind, event), any(kind, 'event'));
  }
  return { commands, expressions };
}

export const constantIds = new Set(
  [EVENT, SESSION, CATEGORY, FREE].flatMap((kind) => buyers.slice(0, EVENTS + 1).map((n) => id(kind, n))),
);

/** Buyers with a session each, and events with quotas, also per user, that are never reached. */
export async function fillWithEvents(database: BenchDatabase): Promise<void> {
  const QUOTAS = 'quota, user_quota';
  const LIMITS = '10000000, 100000';
  await database.query(`
    INSERT INTO users (id, username, email, password_hash)
    SELECT ${idSql(USER, 'n')}, 'buyer-' || n, 'buyer-' || n || '@bench.invalid', '-'
    FROM generate_series(0, ${BUYERS - 1}) AS n;
    INSERT INTO sessions (id, user_id, credentials_version, expires_at)
    SELECT ${idSql(LOGIN, 'n')}, ${idSql(USER, 'n')}, 1, now() + interval '1 day'
    FROM generate_series(0, ${BUYERS - 1}) AS n;
    INSERT INTO ticketing_organisers (id, name) VALUES ('${id(0, 0)}', 'Bench');
    INSERT INTO ticketing_events (id, organiser_id, name, name_key, open_date, ${QUOTAS})
    SELECT ${idSql(EVENT, 'n')}, '${id(0, 0)}', 'The Long Night, Part ' || n, n, now() - interval '1 day', ${LIMITS}
    FROM generate_series(0, ${EVENTS}) AS n;
    INSERT INTO ticketing_sessions (id, event_id, name, date, ${QUOTAS})
    SELECT ${idSql(SESSION, 'n')}, ${idSql(EVENT, 'n')}, 'Friday', now() + interval '1 day', ${LIMITS}
    FROM generate_series(0, ${EVENTS}) AS n;
    INSERT INTO ticketing_categories (id, event_id, name, price_cents, currency, ${QUOTAS})
    SELECT ${idSql(CATEGORY, 'n')}, ${idSql(EVENT, 'n')}, 'Standing', 4900, 'EUR', ${LIMITS}
    FROM generate_series(0, ${EVENTS}) AS n;
    INSERT INTO ticketing_categories (id, event_id, name, price_cents, currency, ${QUOTAS})
    SELECT ${idSql(FREE, 'n')}, ${idSql(EVENT, 'n')}, 'Guest', 0, 'EUR', ${LIMITS}
    FROM generate_series(0, ${EVENTS}) AS n;
    ALTER TABLE ticketing_tickets DISABLE TRIGGER USER`);
  await database.query(`
    INSERT INTO ticketing_tickets
      (id, user_id, event_id, session_id, category_id, price_cents, currency, status, secret)
    SELECT ${idSql(TICKET, 'n')}, ${idSql(USER, `n % ${BUYERS}`)}, '${id(EVENT, PAST)}', '${id(SESSION, PAST)}',
      '${id(CATEGORY, PAST)}', 4900, 'EUR', 'confirmed', repeat('x', 43) FROM generate_series(1, ${SOLD}) AS n;
    INSERT INTO checkouts (id, feature, reference, user_id, amount_cents, currency, description, provider, expires_at, status)
    SELECT ${idSql(TICKET, 'n')}, 'ticketing', ${idSql(TICKET, 'n')}::text, ${idSql(USER, `n % ${BUYERS}`)}, 4900, 'EUR',
      'The Long Night', 'sandbox', now(), 'paid' FROM generate_series(1, ${SOLD}) AS n`);
  await database.query('ALTER TABLE ticketing_tickets ENABLE TRIGGER USER');
  await forgetSales(database);
}

/** Deletes all tickets except those sold before. */
export async function forgetSales(database: BenchDatabase): Promise<void> {
  await database.query(`
    ALTER TABLE ticketing_tickets DISABLE TRIGGER USER;
    DELETE FROM ticketing_tickets WHERE event_id <> '${id(EVENT, PAST)}';
    ALTER TABLE ticketing_tickets ENABLE TRIGGER USER;
    DELETE FROM checkouts WHERE status = 'open';
    UPDATE ticketing_events SET used_quota = 0 WHERE used_quota > 0;
    UPDATE ticketing_sessions SET used_quota = 0 WHERE used_quota > 0;
    UPDATE ticketing_categories SET used_quota = 0 WHERE used_quota > 0`);
  for (const table of ['tickets', 'events', 'sessions', 'categories'])
    await database.query(`VACUUM ANALYZE ticketing_${table}`);
  await database.query('VACUUM ANALYZE checkouts');
  await database.query('VACUUM ANALYZE users');
}

/** @returns events, sessions or categories whose counter does not match the sold tickets */
export async function wrongCounters(database: BenchDatabase): Promise<number> {
  const count = (table: string, column: string): string => `
    SELECT 1 FROM ticketing_${table} c WHERE c.id <> '${id(table === 'events' ? EVENT : table === 'sessions' ? SESSION : CATEGORY, PAST)}'
      AND used_quota <> (SELECT count(*) FROM ticketing_tickets WHERE ${column} = c.id)`;
  const rows = await database.query(
    [count('events', 'event_id'), count('sessions', 'session_id'), count('categories', 'category_id')].join(
      ' UNION ALL ',
    ),
  );
  return rows.length;
}
