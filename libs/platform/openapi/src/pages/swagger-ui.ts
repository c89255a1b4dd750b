import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { htmlPage, pagePolicy } from '@gatehouse/http';
import type { Asset } from './asset.js';

export const LOGO_PATH = '/docs/logo.svg';

// The copy on which @nestjs/swagger depends.
const require = createRequire(createRequire(import.meta.url).resolve('@nestjs/swagger'));

const PACKAGE_FILES = ['swagger-ui-bundle.js', 'swagger-ui.css', 'index.css', 'favicon-32x32.png'];

/** Swagger UI writes style attributes and embeds its icons as data: images; scripts are files of this server only. */
const CSP = pagePolicy({
  'script-src': "'self'",
  'style-src': "'self' 'unsafe-inline'",
  'img-src': "'self' data:",
  'font-src': "'self' data:",
  'connect-src': "'self'",
  'form-action': "'self'",
});

const page = (base: string): string =>
  htmlPage({
    title: 'API',
    icon: base + LOGO_PATH,
    head: `<link rel="stylesheet" href="${base}/docs/swagger-ui.css">
<link rel="stylesheet" href="${base}/docs/index.css">
<link rel="stylesheet" href="${base}/docs/style.css">`,
    body: `<div id="swagger-ui"></div>
<noscript>The document is at <a href="${base}/openapi.json">${base}/openapi.json</a>.</noscript>
<script src="${base}/docs/swagger-ui-bundle.js"></script>
<script src="${base}/docs/initializer.js"></script>`,
  });

/**
 * Every form of the Authorize dialogue requests the focus; without this the last one, which is out of sight, gets it.
 */
const initializer = (base: string): string => `function startAtLogIn(Original, { React }) {
  return function AuthorizationPopup(props) {
    React.useEffect(() => document.querySelector('#oauth_username')?.focus(), []);
    return React.createElement(Original, props);
  };
}

window.ui = SwaggerUIBundle({
  url: '${base}/openapi.json',
  dom_id: '#swagger-ui',
  presets: [SwaggerUIBundle.presets.apis],
  layout: 'BaseLayout',
  deepLinking: true,
  displayOperationId: true,
  displayRequestDuration: true,
  filter: true,
  persistAuthorization: true,
  docExpansion: 'none',
  defaultModelsExpandDepth: 0,
  plugins: [{ wrapComponents: { authorizationPopup: startAtLogIn } }],
  tryItOutEnabled: true,
  validatorUrl: null,
});
`;

/**
 * Hides what does not apply here (client credentials, links), shortens errors to their meaning and the beginning of
 * their example, and fits everything on the screen of a phone.
 */
const STYLE = `.swagger-ui .auth-container .wrapper:has(> [for='password_type']),
.swagger-ui .auth-container .wrapper:has(> [for^='client_']),
.swagger-ui .scope-def,
.swagger-ui .response-col_links,
.swagger-ui .response:is([data-code^='4'], [data-code^='5']) :is(.response-controls, .headers-wrapper, .tab) {
  display: none;
}
.swagger-ui .response:is([data-code^='4'], [data-code^='5']) .model-example .highlight-code > * {
  max-height: 7rem;
}
.swagger-ui :is(.markdown, .renderedMarkdown, .opblock-summary-path, .parameter__name) {
  overflow-wrap: anywhere;
  min-width: 0;
}
@media (max-width: 640px) {
  .swagger-ui .wrapper { padding: 0 10px; box-sizing: border-box; }
  .swagger-ui .info { margin: 20px 0; }
  .swagger-ui .opblock-tag { flex-wrap: wrap; }
  .swagger-ui .opblock-tag { position: relative; padding-right: 40px; }
  .swagger-ui .opblock-tag > button { position: absolute; top: 12px; right: 8px; }
  .swagger-ui .opblock-tag small { flex: 1 0 100%; padding: 0; }
  .swagger-ui .opblock-tag small * { font-size: 13px; }
  .swagger-ui :is(.opblock-summary, .opblock-summary-control, .opblock-summary-path-description-wrapper) { flex-wrap: wrap; }
  .swagger-ui .opblock-summary-path { max-width: 100%; }
  .swagger-ui .opblock-summary-operation-id { display: none; }
  .swagger-ui .opblock-body :is(table, thead, tbody, tr, td) { display: block; width: auto; max-width: 100%; min-width: 0; }
  .swagger-ui .opblock-body thead { display: none; }
  .swagger-ui .opblock-body :is(input, select, textarea) { max-width: 100%; box-sizing: border-box; }
  .swagger-ui .highlight-code, .swagger-ui .microlight { max-width: 100%; overflow-x: auto; }
  .swagger-ui .dialog-ux .modal-ux { width: calc(100% - 20px); min-width: 0; }
}
`;

/** Serves Swagger UI at `/docs`, entirely from this server. */
export function swaggerUiAssets(base: string): Asset[] {
  return [
    { path: '/docs', load: () => page(base), contentSecurityPolicy: CSP },
    { path: '/docs/initializer.js', load: () => initializer(base), isLasting: true },
    { path: '/docs/style.css', load: () => STYLE, isLasting: true },
    ...PACKAGE_FILES.map((name) => ({
      path: `/docs/${name}`,
      load: () => readFile(require.resolve(`swagger-ui-dist/${name}`)),
      isLasting: true,
    })),
  ];
}
