import type { Classic } from './classics.js';

const LANGUAGES = new Intl.DisplayNames('en', { type: 'language' });

/** A sentence such as "Novel of 1815 by Jane Austen, written in English." */
export function describeClassic({ author, publishedYear, language, category }: Classic): string {
  const writer = author === 'Unknown' ? 'an unknown hand' : author;
  return `${category} of ${yearText(publishedYear)} by ${writer}, written in ${LANGUAGES.of(language)}.`;
}

/** 3.0 to 4.9, always the same for the same position in the list. */
export function ratingOf(index: number): number {
  return (30 + ((index * 7) % 20)) / 10;
}

function yearText(year: number): string {
  return year < 0 ? `${-year} BC` : String(year);
}
