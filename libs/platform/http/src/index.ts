export { answered } from './answered.js';
export { ApiVersionMiddleware, rewriteUnversioned } from './api-version.js';
export { Caller } from './caller.decorator.js';
export { clientOf, FromClient, type Client } from './client.decorator.js';
export {
  codedTag,
  entityTag,
  ifMatchAllows,
  matchedVersions,
  notModified,
  versionTag,
} from './conditional.js';
export { CorsMiddleware } from './cors.middleware.js';
export { escapeHtml } from './escape-html.js';
export { replyOf, requestOf } from './execution-context.js';
export { HttpsRedirectMiddleware } from './https-redirect.middleware.js';
export { MessageHeadMiddleware } from './message-head.middleware.js';
export { sendRouterError, useMiddlewares, type Middleware } from './middleware.js';
export type { Principal } from './principal.js';
export * from './problem.js';
export { ProblemFilter } from './problem.filter.js';
export { problemTypes, type ProblemSlug, type ProblemType } from './problem-types.js';
export { RequestContext } from './request-context.js';
export { requestId } from './request-id.js';
export { RequestContextMiddleware } from './request-context.middleware.js';
export { isSafeMethod } from './safe-method.js';
export { SecurityHeadersMiddleware } from './security-headers.middleware.js';
export { sendClientError } from './send-client-error.js';
export { onProblem, pathOf, requestedPath, sendProblem, type ProblemListener } from './send-problem.js';
export { tagCompressed } from './tag-compressed.js';
export { toProblem } from './to-problem.js';
export { TrustedHostsMiddleware } from './trusted-hosts.middleware.js';
