import { readFile } from 'node:fs/promises';
import { entityTag } from '@gatehouse/http';
import type { FastifyInstance } from 'fastify';

/** A page or a file of one, such as those of the documentation, whole in memory once it was asked for. */
export interface Asset {
  path: string;
  type: string;
  /** Makes the content, at most once. */
  load(): Promise<string | Buffer> | string | Buffer;
  /** Seconds that a client may keep it without asking; 0: it asks each time and mostly gets 304. */
  maxAge: number;
  /** The page's own Content-Security-Policy. */
  contentSecurityPolicy?: string;
}

/** Seconds that a file of a package is kept: it changes with the package's version only. */
export const PACKAGE_MAX_AGE = 86_400;

export function fileAsset(path: string, type: string, file: string): Asset {
  return { path, type, load: () => readFile(file), maxAge: PACKAGE_MAX_AGE };
}

/** Serves exactly these paths: nothing of a request ever becomes the name of a file. */
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
