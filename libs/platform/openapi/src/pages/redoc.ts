import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { htmlPage, pagePolicy } from '@gatehouse/http';
import { type Asset, PACKAGE_MAX_AGE } from './asset.js';
import { LOGO_PATH } from './logo.js';

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

const page = (base: string): string =>
  htmlPage({
    title: 'API',
    icon: base + LOGO_PATH,
    style: 'body { margin: 0 }',
    body: `<div id="redoc"></div>
<noscript>The document is at <a href="${base}/openapi.json">${base}/openapi.json</a>.</noscript>
<script src="${base}/redoc/redoc.standalone.js"></script>
<script src="${base}/redoc/initializer.js"></script>`,
  });

const initializer = (base: string): string => `Redoc.init(
  '${base}/openapi.json',
  {
    expandResponses: '200,201',
    theme: {
      logo: { maxHeight: '64px', gutter: '16px' },
      typography: {
        fontFamily: 'system-ui, sans-serif',
        headings: { fontFamily: 'system-ui, sans-serif' },
        code: { fontFamily: 'ui-monospace, monospace' },
      },
    },
  },
  document.getElementById('redoc'),
);
`;

/** Serves ReDoc at `/redoc`, entirely from this server. */
export function redocAssets(base: string): Asset[] {
  const script = 'text/javascript; charset=utf-8';
  return [
    {
      path: '/redoc',
      type: 'text/html; charset=utf-8',
      load: () => page(base),
      maxAge: 0,
      contentSecurityPolicy: CSP,
    },
    { path: '/redoc/initializer.js', type: script, load: () => initializer(base), maxAge: PACKAGE_MAX_AGE },
    { path: '/redoc/redoc.standalone.js', type: script, load: bundle, maxAge: PACKAGE_MAX_AGE },
  ];
}

async function bundle(): Promise<string> {
  const source = await readFile(require.resolve('redoc/bundles/redoc.standalone.js'), 'utf8');
  return source.replaceAll(FOREIGN_LOGO, 'data:,');
}
