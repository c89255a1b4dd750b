/** State of one key: a counting window or a block. Times are whole milliseconds of one clock. */
export interface ThrottleWindow {
  readonly hits: number;
  /** When the window or block ends. */
  readonly resetsAt: number;
  readonly blocked: boolean;
}

/** A storage's decision about one request. */
export interface ThrottleVerdict {
  readonly passed: boolean;
  /** Requests that still pass in this window. */
  readonly remaining: number;
  /** Milliseconds until the window or block ends; always positive. */
  readonly resetMs: number;
}

export interface ThrottleHit extends ThrottleVerdict {
  readonly window: ThrottleWindow;
}

/**
 * The rule of the throttle (docs/contract.md), as a function of nothing but its arguments: the first request opens a
 * window, `limit` requests pass in it, the next one blocks the key for `blockMs` from that moment, and requests
 * during the block change nothing.
 */
export function hit(
  window: ThrottleWindow | undefined,
  limit: number,
  ttlMs: number,
  now: number,
  blockMs = ttlMs,
): ThrottleHit {
  if (window === undefined || now >= window.resetsAt) {
    return answer({ hits: 1, resetsAt: now + ttlMs, blocked: false }, limit, now);
  }
  if (window.blocked) return answer(window, limit, now);
  if (window.hits < limit) {
    return answer({ hits: window.hits + 1, resetsAt: window.resetsAt, blocked: false }, limit, now);
  }
  return answer({ hits: window.hits, resetsAt: now + blockMs, blocked: true }, limit, now);
}

function answer(window: ThrottleWindow, limit: number, now: number): ThrottleHit {
  return {
    window,
    passed: !window.blocked,
    remaining: window.blocked ? 0 : limit - window.hits,
    resetMs: window.resetsAt - now,
  };
}
