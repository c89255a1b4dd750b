const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/** Whether requests with a method only read (RFC 9110, section 9.2.1). */
export function isSafeMethod(method: string): boolean {
  return SAFE_METHODS.includes(method);
}
