import { readFile } from 'node:fs/promises';
import { entityTag } from '@gatehouse/http';
import type { FastifyInstance } from 'fastify';

/** A page or one of its files, such as those of the documentation, kept in memory after the first request. */
export interface Asset {
  path: string;
  type: string;
  /** Creates the content, at most once. */
  load(): Promise<string | Buffer> | string | Buffer;
  /**
   * Seconds for which a client may reuse it without revalidation; 0: it revalidates each time and mostly gets 304.
   */
  maxAge: number;
  /** The page's own Content-Security-Policy. */
  contentSecurityPolicy?: string;
}

/** Lifetime in seconds of a package's file, which changes only with the package's version. */
export const PACKAGE_MAX_AGE = 86_400;

export function fileAsset(path: string, type: string, file: string): Asset {
  return { path, type, load: () => readFile(file), maxAge: PACKAGE_MAX_AGE };
}

/** Serves exactly these paths: no part of a request is ever used as a file name. */
export function registerAssets(fastify: FastifyInstance, assets: readonly Asset[]): void {
  for (const asset of assets) registerAsset(fastify, asset);
}

function registerAsset(fastify: FastifyInstance, asset: Asset): void {
  let loading: Promise<{ content: Buffer; etag: string }> | undefined;
  fastify.get(asset.path, { config: { compressOnce: true } }, async (_request, reply) => {
    const { content, etag } = await (loading ??= prepare(asset).catch((error: unknown) => {
      loading = undefined;
      throw error;
    }));
    void reply.header('etag', etag);
    void reply.header('cache-control', asset.maxAge > 0 ? `public, max-age=${asset.maxAge}` : 'no-cache');
    if (asset.contentSecurityPolicy)
      void reply.header('content-security-policy', asset.contentSecurityPolicy);
    return reply.type(asset.type).send(content);
  });
}

async function prepare(asset: Asset): Promise<{ content: Buffer; etag: string }> {
  const content = Buffer.from(await asset.load());
  return { content, etag: entityTag(content) };
}
