export { CursorCodec } from './cursor.codec.js';
export { CursorPage, type CursorPageOf } from './cursor-page.js';
export { DataPage, type DataPageOf, toDataPage } from './data-page.js';
export { ListQuery, type ListRequest } from './list-query.js';
export { ListingModule } from './listing.module.js';
export { Listings, type ListingOptions } from './listings.js';
export { Page, type PageOf } from './page.js';
export type { SortKeys } from './sort.js';
export { SortField } from './sort-field.decorator.js';
