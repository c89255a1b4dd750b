import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { clientAddress } from '@gatehouse/throttle';

/** No user has it: an unknown name costs the same query. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Knows from where people have logged in, as far as their sessions are kept. */
@Injectable()
export class KnownAddresses {
  constructor(private readonly dataSource: DataSource) {}

  /** @param network the client's, as limits know it */
  async has(userId: string | undefined, network: string): Promise<boolean> {
    const rows = await this.dataSource.query<{ address: string | null }[]>(
      `SELECT DISTINCT address FROM sessions WHERE user_id = $1`,
      [userId ?? NOBODY],
    );
    // A session of former times has no address, and is no proof for clients who have none either.
    return rows.some(({ address }) => !!address && clientAddress(address) === network);
  }
}
