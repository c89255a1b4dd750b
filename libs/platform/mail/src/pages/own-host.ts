import { isIP } from 'node:net';

/**
 * Whether a request names this server by an address or by a name of its own. Any other name may belong to a site that
 * pointed it here (DNS rebinding), whose pages a browser then lets read the answers.
 *
 * @param host the `Host` header; not what a proxy says, since a page can set that
 * @param publicUrl where clients reach the server
 */
export function isOwnHost(host: string | undefined, publicUrl: string): boolean {
  const url = `http://${host}`;
  if (host === undefined || !URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  const isAddress = isIP(hostname.replace(/^\[|\]$/g, '')) > 0;
  return isAddress || hostname === 'localhost' || hostname === new URL(publicUrl).hostname;
}
