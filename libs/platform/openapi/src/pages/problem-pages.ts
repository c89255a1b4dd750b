import { STATUS_CODES } from 'node:http';
import {
  escapeHtml,
  htmlPage,
  inlineSource,
  pagePolicy,
  type ProblemSlug,
  problemTypes,
} from '@gatehouse/http';
import { exampleOf, problemSlugs } from '../document/problem-components.js';
import type { Asset } from './asset.js';

const STYLE = `body { font: 16px/1.6 system-ui, sans-serif; max-width: 46rem; margin: 3rem auto; padding: 0 1rem }
pre { background: #f4f4f5; padding: 1rem; overflow-x: auto } td, th { text-align: left; padding: .2rem 1rem .2rem 0 }
@media (prefers-color-scheme: dark) { body { background: #18181b; color: #e4e4e7 } pre { background: #27272a } a { color: #93c5fd } }`;

const CSP = pagePolicy({ 'style-src': inlineSource(STYLE), 'img-src': 'data:' });

/** `/problems` and a page for each problem type. */
export function problemPages(base: string): Asset[] {
  const pages = problemSlugs.map((slug) => ({
    path: `/problems/${slug}`,
    load: () => problemPage(slug, base),
    contentSecurityPolicy: CSP,
  }));
  return [{ path: '/problems', load: () => listPage(base), contentSecurityPolicy: CSP }, ...pages];
}

function listPage(base: string): string {
  const rows = problemSlugs.map((slug) => {
    const { status, title, cause } = problemTypes[slug];
    return `<tr><td>${status}</td><td><a href="${base}/problems/${slug}">${title}</a></td><td>${escapeHtml(cause)}</td></tr>`;
  });
  return page(
    'Problem types',
    `<table><tr><th>Status</th><th>Type</th><th>Cause</th></tr>${rows.join('\n')}</table>`,
  );
}

function problemPage(slug: ProblemSlug, base: string): string {
  const { status, stage, title, cause, remedy } = problemTypes[slug];
  return page(
    title,
    `<p>Status <strong>${status} ${STATUS_CODES[status] ?? ''}</strong>, from the stage “${stage}”.</p>
<h2>Cause</h2>
<p>${escapeHtml(cause)}</p>
<h2>Remedy</h2>
<p>${escapeHtml(remedy)}</p>
<h2>Example</h2>
<pre>${escapeHtml(JSON.stringify(exampleOf(slug), null, 2))}</pre>
<p><a href="${base}/problems">All problem types</a> · <a href="${base}/docs">API documentation</a></p>`,
  );
}

function page(title: string, content: string): string {
  return htmlPage({ title, style: STYLE, body: `<h1>${title}</h1>\n${content}` });
}
