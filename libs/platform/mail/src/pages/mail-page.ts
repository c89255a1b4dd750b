import { escapeHtml, htmlPage, pagePolicy } from '@gatehouse/http';
import type { Mail } from '../mail.entity.js';

const STYLE = `body { font: 16px/1.6 system-ui, sans-serif; max-width: 56rem; margin: 3rem auto; padding: 0 1rem }
pre { background: #f4f4f5; color: #18181b; padding: 1rem; white-space: pre-wrap; overflow-wrap: anywhere }
iframe { width: 100%; height: 32rem; border: 1px solid #d4d4d8; background: #fff }
td, th { text-align: left; padding: .2rem 1rem .2rem 0; vertical-align: top }
h1, p, td { overflow-wrap: anywhere }
@media (max-width: 40rem) { body { margin-top: 1rem } td, tr { display: block } th { display: none } tr { margin-bottom: 1rem } }`;

/**
 * Also the policy of the frame: a mail shows its own styles and embedded images, runs no scripts, and loads nothing
 * from elsewhere.
 */
export const CONTENT_SECURITY_POLICY = pagePolicy({ 'style-src': "'unsafe-inline'", 'img-src': 'data:' });

const LINK = /https?:\/\/[^\s<>"']+/g;

/** Opens links in a new tab outside the sandbox. */
const SANDBOX = 'allow-popups allow-popups-to-escape-sandbox';
const LINKS_OUTSIDE = '<base target="_blank">';

export function listPage(mails: readonly Mail[], base: string): string {
  const rows = mails.map(
    ({ id, recipient, subject, createdAt }) =>
      `<tr><td>${createdAt.toISOString()}</td><td>${escapeHtml(recipient)}</td>` +
      `<td><a href="${base}/dev/mail/${id}">${escapeHtml(subject)}</a></td></tr>`,
  );
  const table = `<table><tr><th>Queued</th><th>To</th><th>Subject</th></tr>${rows.join('\n')}</table>`;
  return page('Mails', mails.length > 0 ? table : '<p>No mail yet.</p>');
}

export function mailPage({ recipient, subject, text, html, createdAt }: Mail, base: string): string {
  return page(
    subject,
    `<p>To <strong>${escapeHtml(recipient)}</strong>, ${createdAt.toISOString()} · <a href="${base}/dev/mail">All mails</a></p>
<h2>Text</h2>
<pre>${linked(text)}</pre>
<h2>HTML</h2>
<iframe title="HTML" sandbox="${SANDBOX}" srcdoc="${escapeHtml(LINKS_OUTSIDE + html)}"></iframe>`,
  );
}

/** Escapes a text and turns URLs into links. */
function linked(text: string): string {
  let end = 0;
  let result = '';
  for (const { 0: url, index } of text.matchAll(LINK)) {
    result += `${escapeHtml(text.slice(end, index))}<a href="${escapeHtml(url)}">${escapeHtml(url)}</a>`;
    end = index + url.length;
  }
  return result + escapeHtml(text.slice(end));
}

function page(title: string, content: string): string {
  return htmlPage({ title, style: STYLE, body: `<h1>${escapeHtml(title)}</h1>\n${content}` });
}
