/**
 * Calls `onOverdue` unless it is cancelled within `ms` milliseconds in which this process could listen. A process
 * that was busy must not blame its peer: the wait has two halves, of which a long pause can use up only one, and
 * responses that have already arrived are read before the verdict.
 * @returns a function that cancels the call
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
