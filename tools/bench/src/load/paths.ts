/** Number of books in the bench's database. */
export const BOOKS = 10_000;

const YEARS = 9_999;

/** Requested paths as a function of the request's number. Each range contains every book of the bench. */
export const paths = {
  sameList: () => '/api/v1/books?page=1&pageSize=20',
  /** A different query for each of 70 million requests, so that no response is cached. */
  newList: (n: number) =>
    `/api/v1/books?pageSize=20&publishedFrom=${-(n % YEARS)}&publishedTo=${YEARS - Math.floor(n / YEARS)}`,
  nextBook: (n: number) => `/api/v1/books/${1 + (n % BOOKS)}`,
  books: () => '/api/v1/books',
  tickets: () => '/api/v1/ticketing/tickets',
} satisfies Record<string, (n: number) => string>;

export type PathName = keyof typeof paths;
