/** What a client can read about one kind of problem at `/problems/{slug}`. */
export interface ProblemType {
  /** The same for every problem of the type (RFC 9457, section 3.1.3). */
  title: string;
  status: number;
  /** The stage of the pipeline that refuses with it, for the refusal metric. */
  stage: 'edge' | 'method' | 'authentication' | 'permissions' | 'throttle' | 'validation' | 'handler';
  cause: string;
  remedy: string;
}

/** Every problem `type` that the application answers with (RFC 9457, section 3.1.1). The key is the slug. */
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
    cause:
      'The request is well-formed, but a rule of the application forbids it now. "detail" names the rule.',
    remedy: 'Change the request, or the state that the rule speaks of, and try again.',
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
    cause: 'The endpoint needs credentials and none were sent, or those sent are bad, expired or revoked.',
    remedy:
      'Log in and send "Authorization: Bearer <access_token>", or the "X-API-Key" of a program; refresh an expired token.',
  },
  forbidden: {
    title: 'Access is forbidden',
    status: 403,
    stage: 'permissions',
    cause:
      'The caller is known, but lacks a permission that the endpoint needs; or a session cookie came with a request that another site may have made.',
    remedy:
      'Ask an administrator for the permission that the documentation names at this endpoint; call with a cookie from pages of this server or of ALLOWED_ORIGINS only.',
  },
  'not-found': {
    title: 'Resource not found',
    status: 404,
    stage: 'handler',
    cause: 'Nothing is at this address, or nothing that the caller may know of.',
    remedy: 'Check the path and the id.',
  },
  'method-not-allowed': {
    title: 'Method is not allowed',
    status: 405,
    stage: 'method',
    cause: 'The path exists, but does not have this method.',
    remedy: 'Use one of the methods in the Allow header.',
  },
  'request-timeout': {
    title: 'Request took too long',
    status: 408,
    stage: 'edge',
    cause: 'The client did not send its request to the end in time.',
    remedy: 'Try again on a better connection, or send less at once.',
  },
  conflict: {
    title: 'Resource already exists',
    status: 409,
    stage: 'handler',
    cause: 'Something with the same unique value exists already. "detail" says which.',
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
    cause: 'A part of the path is longer than any that the server knows.',
    remedy: 'Check the path.',
  },
  'unsupported-media-type': {
    title: 'Media type is not supported',
    status: 415,
    stage: 'validation',
    cause: 'The endpoint does not take bodies of this Content-Type or Content-Encoding.',
    remedy: 'Send one of the media types that the documentation lists for the endpoint.',
  },
  validation: {
    title: 'Input is invalid',
    status: 422,
    stage: 'validation',
    cause: 'The input is well-formed, but some fields are missing, unknown or out of range.',
    remedy: '"errors" lists each field with its path, a code and a message.',
  },
  'rate-limit-exceeded': {
    title: 'Rate limit exceeded',
    status: 429,
    stage: 'throttle',
    cause: 'The caller sent more requests than the limit allows and is blocked for one window.',
    remedy: 'Wait for the seconds in Retry-After. Requests meanwhile do not prolong the block.',
  },
  'headers-too-large': {
    title: 'Headers are too large',
    status: 431,
    stage: 'edge',
    cause: 'The request headers are larger than the server accepts.',
    remedy: 'Send fewer or shorter headers, often cookies.',
  },
  internal: {
    title: 'Internal error',
    status: 500,
    stage: 'handler',
    cause: 'A fault of the server. The log has the details under the same requestId.',
    remedy: 'Try again later, and report the requestId if it persists.',
  },
  unavailable: {
    title: 'Service is unavailable',
    status: 503,
    stage: 'handler',
    cause: 'The server is starting, stopping or overloaded, or its database is away.',
    remedy: 'Wait for the seconds in Retry-After and try again.',
  },
} satisfies Record<string, ProblemType>;

export type ProblemSlug = keyof typeof problemTypes;
