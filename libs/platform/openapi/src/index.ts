export { buildDocument } from './document/build-document.js';
export { type Operation } from './document/apply-policy.js';
export { type OperationPolicy, templateOf } from './document/operation-policy.js';
export * from './document/operation-source.js';
export { responseName } from './document/problem-components.js';
export { resolveSchema, type Schema, type Schemas } from './document/schemas.js';
export { type Asset, registerAssets } from './pages/asset.js';
export { registerDocumentation } from './pages/register-documentation.js';
