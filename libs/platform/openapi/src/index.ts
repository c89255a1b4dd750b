export { buildDocument, type DocumentOptions } from './document/build-document.js';
export { errorStatuses, type OperationPolicy } from './document/operation-policy.js';
export { exampleOf } from './document/problem-examples.js';
export { type Asset, registerAssets } from './pages/asset.js';
export { registerDocumentation } from './pages/register-documentation.js';
