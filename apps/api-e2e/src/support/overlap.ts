/**
 * How well a threshold can tell two equally likely samples apart: the largest share of correct guesses over all
 * thresholds. 0.5 is chance, 1 is certainty. It compares ranks, so single slow requests do not count more.
 */
export function bestGuess(a: readonly number[], b: readonly number[]): number {
  const share = (sample: readonly number[], limit: number): number =>
    sample.filter((value) => value <= limit).length / sample.length;
  const gaps = [...a, ...b].map((limit) => Math.abs(share(a, limit) - share(b, limit)));
  return 0.5 + Math.max(...gaps) / 2;
}
