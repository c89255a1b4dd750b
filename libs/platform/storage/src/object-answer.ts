import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isCurrent, requestedRange } from '@gatehouse/http';
import type { Storage } from './storage.js';

/** Even an object that a browser shows loads nothing and runs no script. */
const POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox";

export interface ObjectDescription {
  /** Key in the storage. */
  id: string;
  /** Bytes. */
  size: number;
  contentType: string;
  /** Its entity tag. */
  tag: string;
  /** `Content-Disposition`. */
  disposition: string;
}

/**
 * Answers GET and HEAD with the content of an object, or the part that the request asks for, and sets the headers.
 * @returns `undefined` when the content is missing
 */
export async function answerWithObject(
  storage: Storage,
  { id, size, contentType, tag, disposition }: ObjectDescription,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<StreamableFile | undefined> {
  const range = requestedRange(request, size, tag);
  const isRead = request.method === 'GET' && !isCurrent(request, tag);
  const content = isRead ? await storage.get(id, range) : Readable.from([]);
  if (!content) return undefined;
  if (range) reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${size}`);
  void reply.headers({
    etag: tag,
    'accept-ranges': 'bytes',
    'content-security-policy': POLICY,
    'content-disposition': disposition,
  });
  return new StreamableFile(content, {
    type: contentType,
    length: range ? range.end - range.start + 1 : size,
  });
}
