import { extname } from 'node:path';
import { entityTag, sendProblem } from '@gatehouse/http';
import type { FastifyInstance } from 'fastify';

/** A page or one of its files, such as those of the documentation, kept in memory after the first request. */
export interface Asset {
  /** Its extension determines the media type: without one, the asset is a page. */
  path: string;
  /** Creates the content, at most once. */
  load(): Promise<string | Buffer> | string | Buffer;
  /** Whether clients may reuse it for a day without asking; otherwise they ask each time, and mostly get 304. */
  isLasting?: boolean;
  /** The page's own Content-Security-Policy. */
  contentSecurityPolicy?: string;
}

/** Options of routes outside of controllers, which Nest does not give its error handler. */
export const pageRoute = { errorHandler: sendProblem };

const LASTING = 'public, max-age=86400';

const types: Record<string, string> = {
  '': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.yaml': 'application/yaml; charset=utf-8',
};

/** Serves exactly these paths: no part of a request is ever used as a file name. */
export function registerAssets(fastify: FastifyInstance, assets: readonly Asset[]): void {
  for (const asset of assets) registerAsset(fastify, asset);
}

function registerAsset(fastify: FastifyInstance, asset: Asset): void {
  const { path, isLasting, contentSecurityPolicy } = asset;
  let loading: Promise<{ content: Buffer; etag: string }> | undefined;
  fastify.get(path, { ...pageRoute, config: { compressOnce: true } }, async (_request, reply) => {
    const { content, etag } = await (loading ??= prepare(asset).catch((error: unknown) => {
      loading = undefined;
      throw error;
    }));
    void reply.header('etag', etag).header('cache-control', isLasting ? LASTING : 'no-cache');
    if (contentSecurityPolicy) void reply.header('content-security-policy', contentSecurityPolicy);
    return reply.type(types[extname(path)]!).send(content);
  });
}

async function prepare(asset: Asset): Promise<{ content: Buffer; etag: string }> {
  const content = Buffer.from(await asset.load());
  return { content, etag: entityTag(content) };
}
