import { Injectable } from '@nestjs/common';
import { Environment } from '@gatehouse/config';
import { loadTestLimit, OpenLimit } from '@gatehouse/throttle';

/** Limits the number of open event streams: each takes memory, and CPU time at every change. */
@Injectable()
export class EventStreamLimits extends OpenLimit {
  /** Milliseconds after which a stream ends; its client reconnects, possibly to another process. */
  life = 3_600_000;

  constructor(environment: Environment) {
    super(
      'event streams',
      'from one address',
      loadTestLimit(50, environment),
      loadTestLimit(5_000, environment),
    );
  }
}
