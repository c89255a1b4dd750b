import { v7 as uuidv7 } from 'uuid';

const OPINIONS = [
  { rating: 5, text: 'I read it in one night and began again in the morning.' },
  { rating: 4, text: 'Slow at first, but it stays with you for weeks.' },
  { rating: 3, text: 'Good in parts. The middle could be half as long.' },
  { rating: 5, text: 'Everybody told me to read it. Everybody was right.' },
  { rating: 2, text: 'I see why it matters, but it was hard work.' },
];

/** Every fifth book, starting at a different one for each reader. */
export function reviewsBy(userId: string, reader: number, books: readonly { id: number }[]) {
  return books
    .filter((_, i) => i % 5 === reader)
    .map(({ id }, i) => ({ id: uuidv7(), bookId: id, userId, ...OPINIONS[(i + reader) % OPINIONS.length] }));
}
