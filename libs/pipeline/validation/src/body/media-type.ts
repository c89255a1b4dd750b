export interface MediaType {
  /** Lower case, without parameters, e.g. `application/json`. */
  name: string;
  charset: string | undefined;
}

const CHARSET = /;\s*charset\s*=\s*"?([^\s";]+)/i;

/** Splits a `Content-Type`. */
export function parseMediaType(header: string): MediaType {
  const end = header.indexOf(';');
  if (end < 0) return { name: header.trim().toLowerCase(), charset: undefined };
  return {
    name: header.slice(0, end).trim().toLowerCase(),
    charset: CHARSET.exec(header)?.[1]?.toLowerCase(),
  };
}

/** Whether a media type is in a list, in which `image/*` stands for every image. */
export function isAccepted(name: string, accepted: readonly string[]): boolean {
  return accepted.some((each) => {
    return each === name || each === '*/*' || (each.endsWith('/*') && name.startsWith(each.slice(0, -1)));
  });
}
