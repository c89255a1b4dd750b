import { expect, it } from 'vitest';
import { pluralOf, singularOf, snakeCase, titleOf } from './words.js';

it.each([
  ['shelf', 'shelves'],
  ['book', 'books'],
  ['category', 'categories'],
  ['key', 'keys'],
  ['box', 'boxes'],
  ['match', 'matches'],
  ['leaf', 'leaves'],
  ['ticket-category', 'ticket-categories'],
])('knows %s and %s', (singular, plural) => {
  expect(singularOf(plural)).toBe(singular);
  expect(pluralOf(singular)).toBe(plural);
});

it('writes names in every case', () => {
  expect([snakeCase('ticketCategoryId'), snakeCase('ticket-category')]).toEqual([
    'ticket_category_id',
    'ticket_category',
  ]);
  expect(titleOf('isPublic')).toBe('Is public');
});
