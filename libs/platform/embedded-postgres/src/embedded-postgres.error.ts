/** The embedded database cannot be used; the message explains what to do. */
export class EmbeddedPostgresError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(`${message}\nOr set DATABASE_URL to a PostgreSQL server of your own.`, options);
    this.name = 'EmbeddedPostgresError';
  }
}
