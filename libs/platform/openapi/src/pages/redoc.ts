import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { escapeHtml, htmlPage, pagePolicy } from '@gatehouse/http';
import type { Asset } from './asset.js';
import { LOGO_PATH } from './swagger-ui.js';

const require = createRequire(import.meta.url);

/** ReDoc writes its styles at run time and searches in a worker that it creates from a blob. */
const CSP = pagePolicy({
  'script-src': "'self'",
  'style-src': "'self' 'unsafe-inline'",
  'img-src': "'self' data:",
  'font-src': "'self'",
  'connect-src': "'self'",
  'worker-src': 'blob:',
  'child-src': 'blob:',
});

/** The only resource that the bundle would fetch from another host; its image hides itself when it cannot load. */
const FOREIGN_LOGO = 'https://cdn.redoc.ly/redoc/logo-mini.svg';

const THEME = {
  logo: { maxHeight: '64px', gutter: '16px' },
  typography: {
    fontFamily: 'system-ui, sans-serif',
    headings: { fontFamily: 'system-ui, sans-serif' },
    code: { fontFamily: 'ui-monospace, monospace' },
  },
};

const page = (base: string): string =>
  htmlPage({
    title: 'API',
    icon: base + LOGO_PATH,
    style: 'body { margin: 0 }',
    body: `<redoc spec-url="${base}/openapi.json" expand-responses="200,201" theme="${escapeHtml(JSON.stringify(THEME))}"></redoc>
<noscript>The document is at <a href="${base}/openapi.json">${base}/openapi.json</a>.</noscript>
<script src="${base}/redoc/redoc.standalone.js"></script>`,
  });

/** Serves ReDoc at `/redoc`, entirely from this server. */
export function redocAssets(base: string): Asset[] {
  return [
    { path: '/redoc', load: () => page(base), contentSecurityPolicy: CSP },
    { path: '/redoc/redoc.standalone.js', load: bundle, isLasting: true },
  ];
}

async function bundle(): Promise<string> {
  const source = await readFile(require.resolve('redoc/bundles/redoc.standalone.js'), 'utf8');
  return source.replaceAll(FOREIGN_LOGO, 'data:,');
}
