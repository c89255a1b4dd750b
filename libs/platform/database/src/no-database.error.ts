/** The database cannot be used: the server does not respond, or refuses this user. */
export class NoDatabaseError extends Error {
  /**
   * @param url URL of the database; user and password are not shown
   * @param cause error of the connection attempt
   */
  constructor(url: string, cause: unknown) {
    const { host, pathname } = new URL(url);
    super(`The database${pathname.replace('/', ' ')} at ${host} cannot be used: ${reasonOf(cause)}`, {
      cause,
    });
    this.name = 'NoDatabaseError';
  }
}

/** A host with several addresses fails with an error without a message of its own. */
function reasonOf(cause: unknown): string {
  const { message, code } = cause as { message?: string; code?: string };
  return message || code || String(cause);
}
