import { escapeHtml, htmlPage, inlineSource, pagePolicy } from '@gatehouse/http';
import type { Checkout } from '../checkout.entity.js';
import { formatMoney } from '../money.js';

/** State of the page: a possible action, or a result. */
export type PageState =
  'payable' | 'declined' | 'late' | 'cancelled' | 'waiting' | 'expired' | 'paid' | 'closed';

const STYLE = `body { font: 16px/1.6 system-ui, sans-serif; max-width: 26rem; margin: 3rem auto; padding: 0 1rem; color-scheme: light dark }
.amount { font-size: 1.75rem; font-weight: 600 }
form { display: inline-block; margin-right: 1rem }
button { font: inherit; padding: .5rem 1.5rem }`;

/** The page runs no scripts, and its forms are submitted to this server only. */
export const CONTENT_SECURITY_POLICY = pagePolicy({
  'style-src': inlineSource(STYLE),
  'img-src': 'data:',
  'form-action': "'self'",
});

/** Seconds after which a waiting page reloads. */
const REFRESH_SECONDS = 2;

const texts: Record<PageState, string> = {
  payable: 'This is a sandbox: no real money moves.',
  declined: 'The payment was declined. You can try again.',
  late: 'The time for paying is over. If you pay now, you may get the money back instead of what you pay for.',
  cancelled: 'Nothing was paid.',
  waiting: 'Your payment is being confirmed …',
  expired: 'The time for paying is over.',
  paid: 'Thank you, it is paid.',
  closed: 'Your payment came too late and is given back to you.',
};

/** The page of a checkout. */
export function checkoutPage(
  { id, description, amountCents, currency }: Checkout,
  state: PageState,
  base = '',
): string {
  const refresh = state === 'waiting' ? `\n<meta http-equiv="refresh" content="${REFRESH_SECONDS}">` : '';
  return page(
    `<h1>${escapeHtml(description)}</h1>
<p class="amount">${escapeHtml(formatMoney(amountCents, currency))}</p>
<p role="status">${texts[state]}</p>
${actions(`${base}/checkout/${id}`, state)}`,
    refresh,
  );
}

/** The page of a checkout that does not exist. */
export const unknownPage = (): string =>
  page('<h1>There is no such checkout</h1>\n<p>Please open the original link again.</p>');

function page(content: string, more = ''): string {
  const head = `<meta name="robots" content="noindex">${more}`;
  return htmlPage({ title: 'Checkout', style: STYLE, head, body: `<main>\n${content}\n</main>` });
}

function actions(path: string, state: PageState): string {
  if (state === 'cancelled') return `<p><a href="${path}">Pay</a></p>`;
  if (!['payable', 'declined', 'late'].includes(state)) return '';
  return ['Pay', 'Decline'].map((name) => form(`${path}/${name.toLowerCase()}`, name)).join('\n');
}

function form(action: string, name: string): string {
  return `<form method="post" action="${action}"><button type="submit">${name}</button></form>`;
}
