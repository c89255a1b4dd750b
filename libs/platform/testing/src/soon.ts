/** For `vi.waitFor` and `vi.waitUntil`, whose default is a second: it ends what hangs, and does not judge speed. */
export const SOON = { timeout: 30_000, interval: 20 };
