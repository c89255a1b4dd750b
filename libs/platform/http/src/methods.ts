const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/** Whether a method only reads (RFC 9110, section 9.2.1). */
export function isSafeMethod(method: string): boolean {
  return SAFE_METHODS.includes(method);
}

/** Media types of a partial update: JSON with the semantics of RFC 7396, under either name. */
export const PATCH_TYPES = ['application/json', 'application/merge-patch+json'];
