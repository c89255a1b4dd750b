import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type Asset, fileAsset, PACKAGE_MAX_AGE } from './asset.js';

// The copy that @nestjs/swagger depends on.
const require = createRequire(createRequire(import.meta.url).resolve('@nestjs/swagger'));

/** Swagger UI writes style attributes and has its icons as data: images; scripts are files of this server only. */
const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const page = (base: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Gatehouse API</title>
<link rel="icon" type="image/png" href="${base}/docs/favicon-32x32.png">
<link rel="stylesheet" href="${base}/docs/swagger-ui.css">
<link rel="stylesheet" href="${base}/docs/index.css">
</head>
<body>
<div id="swagger-ui"></div>
<noscript>The document is at <a href="${base}/openapi.json">${base}/openapi.json</a>.</noscript>
<script src="${base}/docs/swagger-ui-bundle.js"></script>
<script src="${base}/docs/initializer.js"></script>
</body>
</html>
`;

const initializer = (base: string): string => `window.ui = SwaggerUIBundle({
  url: '${base}/openapi.json',
  dom_id: '#swagger-ui',
  presets: [SwaggerUIBundle.presets.apis],
  layout: 'BaseLayout',
  deepLinking: true,
  displayOperationId: true,
  displayRequestDuration: true,
  filter: true,
  persistAuthorization: true,
  tagsSorter: 'alpha',
  tryItOutEnabled: true,
  validatorUrl: null,
});
`;

/** `/docs`: Swagger UI, all of it from this server. */
export function swaggerUiAssets(base: string): Asset[] {
  const folder = dirname(require.resolve('swagger-ui-dist/package.json'));
  const file = (name: string, type: string): Asset => fileAsset(`/docs/${name}`, type, join(folder, name));
  return [
    {
      path: '/docs',
      type: 'text/html; charset=utf-8',
      load: () => page(base),
      maxAge: 0,
      contentSecurityPolicy: CSP,
    },
    {
      path: '/docs/initializer.js',
      type: 'text/javascript; charset=utf-8',
      load: () => initializer(base),
      maxAge: PACKAGE_MAX_AGE,
    },
    file('swagger-ui-bundle.js', 'text/javascript; charset=utf-8'),
    file('swagger-ui.css', 'text/css; charset=utf-8'),
    file('index.css', 'text/css; charset=utf-8'),
    file('favicon-32x32.png', 'image/png'),
  ];
}
