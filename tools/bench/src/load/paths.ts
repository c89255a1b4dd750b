/** How many books the bench puts into the database. */
export const BOOKS = 10_000;

const YEARS = 9_999;

/** What is asked for, as a function of the number of the request. Each range holds every book of the bench. */
export const paths = {
  sameList: () => '/api/v1/books?page=1&pageSize=20',
  /** Another query in each of 70 million requests, so that no answer is in the cache. */
  newList: (n: number) =>
    `/api/v1/books?pageSize=20&publishedFrom=${-(n % YEARS)}&publishedTo=${YEARS - Math.floor(n / YEARS)}`,
  nextBook: (n: number) => `/api/v1/books/${1 + (n % BOOKS)}`,
  books: () => '/api/v1/books',
  tickets: () => '/api/v1/ticketing/tickets',
} satisfies Record<string, (n: number) => string>;

export type PathName = keyof typeof paths;
