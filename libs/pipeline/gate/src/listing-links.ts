import { pathOf } from '@gatehouse/http';

/** The fields of a listing response from which its links are derived. */
interface Listing {
  page?: number;
  totalPages?: number;
  hasNext?: boolean;
  nextCursor?: string | null;
}

/** The fields of a response that describe a listing: its own, or those of its `metadata`. */
export function listingOf(result: unknown): (Listing & { total?: number }) | undefined {
  const { items, metadata } = (result ?? {}) as { items?: unknown; metadata?: Listing };
  return Array.isArray(items) ? (result as Listing) : metadata;
}

/**
 * Builds the `Link` header of a listing (RFC 8288): the neighbouring pages, as far as they are known. A cursor
 * listing knows only its first and next page. All other query parameters are kept.
 * @param url URL of the request; targets are paths, as in `Location`
 */
export function listingLinks(url: string, { page, totalPages, hasNext, nextCursor }: Listing): string {
  const path = pathOf(url);
  const target = path.replace(/[<>"]/g, encodeURIComponent);
  const query = new URLSearchParams(url.slice(path.length));
  const links: string[] = [];
  const add = (rel: string, name: string, value: string | number) => {
    query.set(name, String(value));
    links.push(`<${target}?${query}>; rel="${rel}"`);
  };
  if (page !== undefined && totalPages !== undefined) {
    const last = Math.max(totalPages, 1);
    add('first', 'page', 1);
    if (page > 1) add('prev', 'page', Math.min(page - 1, last));
    if (hasNext) add('next', 'page', page + 1);
    add('last', 'page', last);
  } else {
    add('first', 'cursor', '');
    if (nextCursor) add('next', 'cursor', nextCursor);
  }
  return links.join(', ');
}
