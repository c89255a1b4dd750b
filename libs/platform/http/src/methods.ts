const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/** Whether requests with a method only read (RFC 9110, section 9.2.1). */
export function isSafeMethod(method: string): boolean {
  return SAFE_METHODS.includes(method);
}

/** The media types of a partial update: JSON, read as RFC 7396 says, by either name. */
export const PATCH_TYPES = ['application/json', 'application/merge-patch+json'];
