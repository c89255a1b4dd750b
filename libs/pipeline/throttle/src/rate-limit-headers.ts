type Count = number | string | string[];

/**
 * What a response says of a limit, as the IETF draft has it, version 10:
 * https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
 *
 * @param policy name of the limit
 * @param limit requests per window
 * @param ttlMs length of the window in milliseconds
 * @param remaining requests that still pass in this window
 * @param reset seconds until the key starts afresh
 */
export function draftHeaders(
  policy: string,
  limit: number,
  ttlMs: number,
  remaining: Count,
  reset: Count,
): { 'ratelimit-policy': string; ratelimit: string } {
  return {
    'ratelimit-policy': `"${policy}";q=${limit};w=${Math.ceil(ttlMs / 1_000)}`,
    ratelimit: `"${policy}";r=${String(remaining)};t=${String(reset)}`,
  };
}
