import { CreateBooks1790000100001 } from './1790000100001-create-books.js';
import { CreateBookReviews1790000100002 } from './1790000100002-create-book-reviews.js';
import { SearchInAnyLocale1790000100003 } from './1790000100003-search-in-any-locale.js';
import { CompareSourceIds1790000100004 } from './1790000100004-compare-source-ids.js';
import { FindCapitalSharpS1790000100005 } from './1790000100005-find-capital-sharp-s.js';

export const bookMigrations = [
  CreateBooks1790000100001,
  CreateBookReviews1790000100002,
  SearchInAnyLocale1790000100003,
  CompareSourceIds1790000100004,
  FindCapitalSharpS1790000100005,
] as const;
