/**
 * Calls `onOverdue` when nothing has cancelled it for `ms` milliseconds in which this process had time to listen.
 * A process that was busy with something else meanwhile must not blame its peer: the wait has two halves, of
 * which a long pause can use up only one, and answers that have already arrived are read before the verdict.
 *
 * @returns cancels it
 */
export function whenOverdue(ms: number, onOverdue: () => void): () => void {
  let cancelled = false;
  let halves = 0;
  const timer = setTimeout(() => {
    if (++halves < 2) timer.refresh();
    else setImmediate(() => cancelled || onOverdue());
  }, ms / 2);
  return () => {
    cancelled = true;
    clearTimeout(timer);
  };
}
