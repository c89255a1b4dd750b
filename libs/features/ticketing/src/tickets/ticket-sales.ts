import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { isSerializationFailure } from '@gatehouse/database';
import { Batches, type Outcome } from './batches.js';
import { hasNoPlace } from './no-place.js';
import { type Order, type Sale, TicketWriter } from './ticket-writer.js';

/** Tickets in one transaction. More save little, and the row of the event is locked for longer. */
const BATCH_SIZE = 40;
/** While one commits, which is when the event is locked, the next is written. */
const BATCHES_OF_AN_EVENT = 2;
/** Connections of this process that sell at once; the rest of the pool is for those who look. */
const BATCHES_AT_ONCE = 6;

/** A refusal that undid the whole batch for sure, and that may be due to one of its orders alone. */
class BatchRefused extends Error {}

/**
 * Sells tickets: those of one event that wait for each other anyway, in one transaction, so that its counters are
 * locked, and the disk is waited for, once for all of them.
 */
@Injectable()
export class TicketSales {
  private readonly batches = new Batches<Order, Sale | undefined>({
    work: (orders) => this.sellAll(orders),
    // So a quota of the user, or a key that is sent twice at once, cannot undo a batch by itself.
    ownersOf: ({ userId, request }) => [userId, ...(request ? [request.callerId] : [])],
    size: BATCH_SIZE,
    widthOfKey: BATCHES_OF_AN_EVENT,
    width: BATCHES_AT_ONCE,
  });

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly writer: TicketWriter,
  ) {}

  /**
   * @returns `undefined` when the key has just been used by somebody else
   * @throws what {@link hasNoPlace} knows when there is no place
   */
  sell(order: Order): Promise<Sale | undefined> {
    return this.batches.add(order.offer.eventId, order);
  }

  /** All at once, or else one by one: who cannot buy alone is no reason to refuse the others. */
  private async sellAll(orders: Order[]): Promise<Outcome<Sale | undefined>[]> {
    if (orders.length > 1) {
      try {
        return (await this.transact(orders)).map((value) => ({ value }));
      } catch (error) {
        if (!(error instanceof BatchRefused)) throw error;
      }
    }
    const outcomes: Outcome<Sale | undefined>[] = [];
    for (const order of orders) outcomes.push(await this.sellOne(order));
    return outcomes;
  }

  private async sellOne(order: Order): Promise<Outcome<Sale | undefined>> {
    try {
      return { value: (await this.transact([order]))[0] };
    } catch (error) {
      return { error: error instanceof BatchRefused ? error.cause : error };
    }
  }

  /**
   * @throws {BatchRefused} when nothing has happened for sure: before the COMMIT, or by it. Any other failure of a
   * COMMIT may come after the deed, so nobody may try again by himself
   */
  private async transact(orders: Order[]): Promise<(Sale | undefined)[]> {
    let isWritten = false;
    try {
      return await this.dataSource.transaction(async (manager) => {
        const sales = await this.writer.write(orders, manager);
        isWritten = true;
        return sales;
      });
    } catch (cause) {
      if (isWritten && !hasNoPlace(cause) && !isSerializationFailure(cause)) throw cause;
      throw new BatchRefused('The batch was refused', { cause });
    }
  }
}
