import { readFileSync } from 'node:fs';

/** Settings that the bench passes to a peer. */
export const settings = {
  host: process.env['HOST'],
  port: Number(process.env['PORT']),
  /** The JSON response, byte for byte that of Gatehouse. */
  get body(): string {
    return readFileSync(process.env['BODY_FILE']!, 'utf8');
  },
  get jwtSecret(): string {
    return process.env['JWT_SECRET']!;
  },
  get databaseUrl(): string {
    return process.env['DATABASE_URL']!;
  },
  get poolSize(): number {
    return Number(process.env['DATABASE_POOL_SIZE']);
  },
};
