import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { clientAddress } from '@gatehouse/throttle';

/** An id that no user has, so that an unknown name costs the same query. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Networks from which users have logged in, as far as their sessions are kept. */
@Injectable()
export class KnownAddresses {
  constructor(private readonly dataSource: DataSource) {}

  /** @param network the client's network as used by limits */
  async has(userId: string | undefined, network: string): Promise<boolean> {
    const rows = await this.dataSource.query<{ address: string | null }[]>(
      `SELECT DISTINCT address FROM sessions WHERE user_id = $1`,
      [userId ?? NOBODY],
    );
    // Old sessions may have no address, which must not match clients without one.
    return rows.some(({ address }) => !!address && clientAddress(address) === network);
  }
}
