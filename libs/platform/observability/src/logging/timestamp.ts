let lastTime = 0;
let lastText = '';

/**
 * Time of a line in ISO 8601, in pino's format. Computed once per millisecond, since it costs more than the rest of a
 * line.
 */
export function timestamp(): string {
  const now = Date.now();
  if (now !== lastTime) {
    lastTime = now;
    lastText = `,"time":"${new Date(now).toISOString()}"`;
  }
  return lastText;
}
