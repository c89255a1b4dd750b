export { answered } from './answered.js';
export { ApiVersionMiddleware, rewriteUnversioned } from './api-version.js';
export { Caller } from './caller.decorator.js';
export { clientOf, FromClient, type Client } from './client.decorator.js';
export { entityTag, Precondition, versionTag } from './conditional.js';
export { connectionLimits, guardConnections, sendContinue } from './connections.js';
export { CorsMiddleware } from './cors.middleware.js';
export { escapeHtml, htmlPage, inlineSource, pagePolicy } from './html.js';
export { replyOf, requestOf } from './execution-context.js';
export { BasePathMiddleware, HttpsRedirectMiddleware } from './https-redirect.middleware.js';
export { InTurnMiddleware } from './in-turn.middleware.js';
export { isSafeMethod, PATCH_TYPES } from './methods.js';
export { MessageHeadMiddleware } from './message-head.middleware.js';
export { sendRouterError, useMiddlewares, type Middleware } from './middleware.js';
export type { Principal } from './principal.js';
export * from './problem.js';
export { ProblemFilter } from './problem.filter.js';
export { problemTypes, type ProblemSlug, type ProblemType } from './problem-types.js';
export { rateLimitHeaders } from './rate-limit-headers.js';
export { serveRepresentations } from './representation.js';
export { RequestContext } from './request-context.js';
export { requestId } from './request-id.js';
export { RequestContextMiddleware } from './request-context.middleware.js';
export { SecurityHeadersMiddleware } from './security-headers.middleware.js';
export { sendClientError } from './send-client-error.js';
export {
  onProblem,
  pathOf,
  prefersHtml,
  requestedPath,
  sendProblem,
  type ProblemListener,
} from './send-problem.js';
export { toProblem } from './to-problem.js';
export { TrustedHostsMiddleware } from './trusted-hosts.middleware.js';
