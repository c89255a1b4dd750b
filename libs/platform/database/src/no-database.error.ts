/** There is no database to work with: the server does not answer, or does not let this user in. */
export class NoDatabaseError extends Error {
  /**
   * @param url of the database; its user and password are not told
   * @param cause the error of the attempt to connect
   */
  constructor(url: string, cause: unknown) {
    const { host, pathname } = new URL(url);
    super(`The database${pathname.replace('/', ' ')} at ${host} cannot be used: ${reasonOf(cause)}`, {
      cause,
    });
    this.name = 'NoDatabaseError';
  }
}

/** A host with several addresses fails with an error that has no message of its own. */
function reasonOf(cause: unknown): string {
  const { message, code } = cause as { message?: string; code?: string };
  return message || code || String(cause);
}
