import { Injectable } from '@nestjs/common';
import { Environment } from '@gatehouse/config';
import { isRolledBack } from '@gatehouse/database';
import { KeyedBatcher, type Outcome } from './keyed-batcher.js';
import { isKeyTaken } from './purchase-keys.js';
import { type Order, type Sale, TicketWriter } from './ticket-writer.js';

/** Maximum tickets per transaction. More save little, and a refused batch is sold one by one. */
const BATCH_SIZE = 40;
/** While one batch holds the lock of the event, the next waits in the database rather than for this process. */
const BATCHES_OF_AN_EVENT = 2;
/** Share of this process's connections that may sell concurrently; the others serve reads. */
const SELLING_SHARE = 0.3;

/**
 * Sells tickets. Orders for one event, which would wait for each other anyway, share a transaction, so that its
 * counters are locked and the disk is flushed once for all of them.
 */
@Injectable()
export class TicketSales {
  private readonly batches: KeyedBatcher<Order, Sale | undefined>;

  constructor(
    environment: Environment,
    private readonly writer: TicketWriter,
  ) {
    this.batches = new KeyedBatcher({
      work: (orders) => this.sellAll(orders),
      // A user's quota, or a key sent twice at once, must not roll back a batch of other users.
      ownersOf: ({ userId, request }) => [userId, ...(request ? [request.callerId] : [])],
      size: BATCH_SIZE,
      widthOfKey: BATCHES_OF_AN_EVENT,
      width: Math.max(1, Math.floor(SELLING_SHARE * environment.DATABASE_POOL_SIZE)),
    });
  }

  /**
   * @returns `undefined` when another purchase has just used the key
   * @throws an error for which {@link hasNoPlace} returns true when there is no place
   */
  sell(order: Order): Promise<Sale | undefined> {
    return this.batches.add(order.offer.eventId, order);
  }

  /** Sells all orders together, or otherwise one by one, so that a failing order does not refuse the others. */
  private async sellAll(orders: Order[]): Promise<Outcome<Sale | undefined>[]> {
    if (orders.length > 1) {
      try {
        return (await this.writer.write(orders)).map((value) => ({ value }));
      } catch (error) {
        // A sale that may have succeeded despite the error must not be repeated.
        if (!isRolledBack(error)) throw error;
      }
    }
    const outcomes: Outcome<Sale | undefined>[] = [];
    for (const order of orders) outcomes.push(await this.sellOne(order));
    return outcomes;
  }

  private async sellOne(order: Order): Promise<Outcome<Sale | undefined>> {
    try {
      const [value] = await this.writer.write([order]);
      return { value };
    } catch (error) {
      return isKeyTaken(error) ? { value: undefined } : { error };
    }
  }
}
