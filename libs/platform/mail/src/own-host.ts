import { isIP } from 'node:net';

/**
 * Whether a request addresses this server by an IP address or one of its own names. Any other name may belong to a
 * site that points it here (DNS rebinding), whose pages could then read the responses in a browser.
 * @param host the `Host` header; not the value from a proxy, since a page can set that
 * @param publicUrl URL under which clients reach the server
 */
export function isOwnHost(host: string | undefined, publicUrl: string): boolean {
  const url = `http://${host}`;
  if (host === undefined || !URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  const isAddress = isIP(hostname.replace(/^\[|\]$/g, '')) > 0;
  return isAddress || hostname === 'localhost' || hostname === new URL(publicUrl).hostname;
}
