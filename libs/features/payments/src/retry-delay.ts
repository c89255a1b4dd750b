const FIRST_SECONDS = 5;
const LONGEST_SECONDS = 3600;
/** The delays between them sum up to about three days, as long as providers commonly try. */
const MAX_ATTEMPTS = 80;

/**
 * Seconds until the next attempt: twice as many each time, up to an hour, give or take a fifth, so that what failed
 * together is not tried together.
 *
 * @param attempts how many have failed
 * @returns `undefined` when it is time to give up
 */
export function retryDelay(attempts: number, random = Math.random): number | undefined {
  if (attempts >= MAX_ATTEMPTS) return undefined;
  const seconds = Math.min(FIRST_SECONDS * 2 ** (attempts - 1), LONGEST_SECONDS);
  return Math.round(seconds * (0.8 + 0.4 * random()));
}
