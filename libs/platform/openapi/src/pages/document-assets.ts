import { dump } from 'js-yaml';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { Asset } from './asset.js';

/** The document itself, as JSON and as YAML. */
export function documentAssets(document: () => OpenAPIObject): Asset[] {
  return [
    {
      path: '/openapi.json',
      type: 'application/json; charset=utf-8',
      load: () => JSON.stringify(document()),
      maxAge: 0,
    },
    {
      path: '/openapi.yaml',
      type: 'application/yaml; charset=utf-8',
      // Through JSON, because YAML would write undefined values and anchors for repeated objects.
      load: () => dump(JSON.parse(JSON.stringify(document())), { noRefs: true, lineWidth: 120 }),
      maxAge: 0,
    },
  ];
}
