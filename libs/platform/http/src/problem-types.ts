/** Documentation of one type of problem, served at `/problems/{slug}`. */
export interface ProblemType {
  /** The same for every problem of the type (RFC 9457, section 3.1.3). */
  title: string;
  status: number;
  /** The pipeline stage that refuses with it, for the refusal metric. */
  stage: 'edge' | 'method' | 'authentication' | 'permissions' | 'throttle' | 'validation' | 'handler';
  cause: string;
  remedy: string;
}

/** Every problem `type` of the application (RFC 9457, section 3.1.1), by slug. */
export const problemTypes = {
  'malformed-request': {
    title: 'Request is malformed',
    status: 400,
    stage: 'validation',
    cause: 'The request cannot be read: broken JSON, bytes that are not UTF-8, a broken URL or upload.',
    remedy: 'Check the body with a JSON linter and send it as UTF-8.',
  },
  'business-rule': {
    title: 'Business rule broken',
    status: 400,
    stage: 'handler',
    cause: 'The request is well-formed, but violates a rule of the application. "detail" names the rule.',
    remedy: 'Change the request, or the state that the rule is about, and try again.',
  },
  'invalid-field': {
    title: 'Field is invalid',
    status: 400,
    stage: 'validation',
    cause:
      'A field of an action is missing, unknown or out of range, or it is the id of something that does not exist.',
    remedy: '"detail" names the first such field, and "errors" lists the rules that fields violate.',
  },
  'unsupported-api-version': {
    title: 'API version is not supported',
    status: 400,
    stage: 'edge',
    cause: 'The path or the X-API-Version header names a version that does not exist.',
    remedy: 'Use a version that the documentation lists.',
  },
  'unknown-host': {
    title: 'Host is unknown',
    status: 400,
    stage: 'edge',
    cause: 'The Host header names a host that this server does not answer for.',
    remedy: 'Call the server by one of its public names (ALLOWED_HOSTS).',
  },
  unauthenticated: {
    title: 'Authentication failed',
    status: 401,
    stage: 'authentication',
    cause: 'The endpoint needs credentials but none were sent, or they are invalid, expired or revoked.',
    remedy:
      'Log in and send "Authorization: Bearer <access_token>", or the "X-API-Key" of a program; refresh an expired token.',
  },
  forbidden: {
    title: 'Access is forbidden',
    status: 403,
    stage: 'permissions',
    cause:
      'The caller lacks a permission that the endpoint requires, or a request with a session cookie may come from another site.',
    remedy:
      'Ask an administrator for the permission that the documentation lists for this endpoint. Use a session cookie only from pages of this server or of ALLOWED_ORIGINS.',
  },
  'not-found': {
    title: 'Resource not found',
    status: 404,
    stage: 'handler',
    cause: 'Nothing exists at this address, or nothing that the caller may see.',
    remedy: 'Check the path and the id.',
  },
  'method-not-allowed': {
    title: 'Method is not allowed',
    status: 405,
    stage: 'method',
    cause: 'The path exists, but does not support this method.',
    remedy: 'Use one of the methods in the Allow header.',
  },
  'request-timeout': {
    title: 'Request took too long',
    status: 408,
    stage: 'edge',
    cause: 'The client did not send the complete request in time.',
    remedy: 'Try again on a better connection, or send less at once.',
  },
  conflict: {
    title: 'Resource already exists',
    status: 409,
    stage: 'handler',
    cause: 'Another resource with the same unique value already exists. "detail" names the value.',
    remedy: 'Choose another value, or update the existing resource.',
  },
  'precondition-failed': {
    title: 'Precondition failed',
    status: 412,
    stage: 'handler',
    cause:
      'The resource has changed since the version that If-Match names, or If-None-Match excludes its version.',
    remedy: 'Read it again, apply the change to the new version, and send its ETag.',
  },
  'payload-too-large': {
    title: 'Body is too large',
    status: 413,
    stage: 'validation',
    cause: 'The body is larger than the endpoint accepts.',
    remedy: 'Send less, or in parts. The documentation states the limit.',
  },
  'uri-too-long': {
    title: 'Path is too long',
    status: 414,
    stage: 'edge',
    cause: 'A part of the path is longer than the server accepts.',
    remedy: 'Check the path.',
  },
  'unsupported-media-type': {
    title: 'Media type is not supported',
    status: 415,
    stage: 'validation',
    cause: 'The endpoint does not take bodies of this Content-Type or Content-Encoding.',
    remedy: 'Send one of the media types that the documentation lists for the endpoint.',
  },
  'range-not-satisfiable': {
    title: 'Range is not satisfiable',
    status: 416,
    stage: 'handler',
    cause: 'The Range header asks for a part behind the end of the content.',
    remedy: 'Ask for a part within the length that Content-Range states.',
  },
  validation: {
    title: 'Input is invalid',
    status: 422,
    stage: 'validation',
    cause: 'The input is well-formed, but some fields are missing, unknown or out of range.',
    remedy: '"errors" lists each field with its path, a code and a message.',
  },
  'upgrade-required': {
    title: 'Upgrade is required',
    status: 426,
    stage: 'edge',
    cause: 'The path opens WebSockets, but the request does not ask for one, or for another version.',
    remedy: 'Open it with a WebSocket client, without a proxy in between that drops the header Upgrade.',
  },
  'rate-limit-exceeded': {
    title: 'Rate limit exceeded',
    status: 429,
    stage: 'throttle',
    cause: 'The caller sent more requests than the limit allows and is blocked for one window.',
    remedy: 'Wait for the seconds in Retry-After. Further requests do not prolong the block.',
  },
  'headers-too-large': {
    title: 'Headers are too large',
    status: 431,
    stage: 'edge',
    cause: 'The request headers are larger than the server accepts.',
    remedy: 'Send fewer or shorter headers, in particular cookies.',
  },
  internal: {
    title: 'Internal error',
    status: 500,
    stage: 'handler',
    cause: 'An error in the server. The log has the details under the same requestId.',
    remedy: 'Try again later, and report the requestId if it persists.',
  },
  unavailable: {
    title: 'Service is unavailable',
    status: 503,
    stage: 'handler',
    cause: 'The server is starting, stopping or overloaded, or its database is unavailable.',
    remedy: 'Wait for the seconds in Retry-After and try again.',
  },
} satisfies Record<string, ProblemType>;

export type ProblemSlug = keyof typeof problemTypes;
