import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { discard, type Pace, readChunks } from '@gatehouse/validation';
import type { UploadDto } from './examples.dto.js';
import { Ticks } from './ticks.js';

/** An upload takes as long as it needs, but must not occupy its connection almost idle. */
const PACE: Pace = { deadlineMs: Infinity, leastRate: 1_000, checkMs: 30_000 };

@Injectable()
export class StreamsService {
  /** Ten lines, one per second. */
  open(): Readable {
    return new Ticks();
  }

  /**
   * Reads a body without keeping it.
   * @throws MalformedRequestProblem when it ends early, Problem 408 when it arrives too slowly
   */
  async digest(body: Readable): Promise<UploadDto> {
    const hash = createHash('sha256');
    let bytes = 0;
    let chunks = 0;
    try {
      await readChunks(
        body,
        (chunk) => {
          hash.update(chunk);
          bytes += chunk.length;
          chunks++;
        },
        PACE,
      );
    } catch (error) {
      discard(body);
      throw error;
    }
    return { bytes, chunks, sha256: hash.digest('hex') };
  }
}
