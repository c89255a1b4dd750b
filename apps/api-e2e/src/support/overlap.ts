/**
 * How well one threshold can tell two samples apart: the largest share of right guesses over all thresholds, when
 * each sample is as likely. 0.5 is chance, 1 is certainty. It compares ranks, so single slow requests do not count
 * more than others.
 */
export function bestGuess(a: readonly number[], b: readonly number[]): number {
  const share = (sample: readonly number[], limit: number): number =>
    sample.filter((value) => value <= limit).length / sample.length;
  const gaps = [...a, ...b].map((limit) => Math.abs(share(a, limit) - share(b, limit)));
  return 0.5 + Math.max(...gaps) / 2;
}
