import { Injectable } from '@nestjs/common';
import { Environment } from '@gatehouse/config';
import { isRolledBack } from '@gatehouse/database';
import { Batches, type Outcome } from './batches.js';
import { isKeyTaken } from './purchase-keys.js';
import { type Order, type Sale, TicketWriter } from './ticket-writer.js';

/** Tickets in one transaction. More save little, and a batch that is refused is sold one by one. */
const BATCH_SIZE = 40;
/** While one is in work, which is when the event is locked, the next waits in the database and not for this process. */
const BATCHES_OF_AN_EVENT = 2;
/** Share of this process's connections that sell at once; the others are for reads. */
const SELLING_SHARE = 0.3;

/**
 * Sells tickets: those of one event that wait for each other anyway, in one transaction, so that its counters are
 * locked, and the disk is waited for, once for all of them.
 */
@Injectable()
export class TicketSales {
  private readonly batches: Batches<Order, Sale | undefined>;

  constructor(
    environment: Environment,
    private readonly writer: TicketWriter,
  ) {
    this.batches = new Batches({
      work: (orders) => this.sellAll(orders),
      // So a quota of the user, or a key that is sent twice at once, cannot undo a batch of others.
      ownersOf: ({ userId, request }) => [userId, ...(request ? [request.callerId] : [])],
      size: BATCH_SIZE,
      widthOfKey: BATCHES_OF_AN_EVENT,
      width: Math.max(1, Math.floor(SELLING_SHARE * environment.DATABASE_POOL_SIZE)),
    });
  }

  /**
   * @returns `undefined` when another purchase has just used the key
   * @throws what {@link hasNoPlace} knows when there is no place
   */
  sell(order: Order): Promise<Sale | undefined> {
    return this.batches.add(order.offer.eventId, order);
  }

  /** All at once, or else one by one, so that an order that fails does not refuse the others. */
  private async sellAll(orders: Order[]): Promise<Outcome<Sale | undefined>[]> {
    if (orders.length > 1) {
      try {
        return (await this.writer.write(orders)).map((value) => ({ value }));
      } catch (error) {
        // What may have come through despite the error is not to be done twice.
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
