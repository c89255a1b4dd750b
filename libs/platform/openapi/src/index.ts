export { buildDocument } from './document/build-document.js';
export { type OperationPolicy } from './document/operation-policy.js';
export { type Asset, registerAssets } from './pages/asset.js';
export { registerDocumentation } from './pages/register-documentation.js';
