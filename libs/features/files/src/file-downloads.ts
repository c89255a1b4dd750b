import { Readable } from 'node:stream';
import { Injectable, Logger, StreamableFile } from '@nestjs/common';
import { create as contentDisposition } from 'content-disposition';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { representationTag, responseSerializer } from '@gatehouse/gate';
import { isCurrent, NotFoundProblem, type Principal, requestedRange } from '@gatehouse/http';
import { Storage } from '@gatehouse/storage';
import { isImageType } from '@gatehouse/validation';
import { FileDto } from './file.dto.js';
import type { StoredFile } from './file.entity.js';
import { FilesService } from './files.service.js';

/** Even a file that a browser shows loads nothing and runs no script. */
const POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox";

const serialize = responseSerializer(FileDto);

/** Answers requests for the content of files. */
@Injectable()
export class FileDownloads {
  private readonly logger = new Logger(FileDownloads.name);

  constructor(
    private readonly files: FilesService,
    private readonly storage: Storage,
  ) {}

  /**
   * Sets the headers of the response.
   * @returns the content, or the part that the request asks for
   * @throws {NotFoundProblem} also when the caller may not know that the file exists
   */
  async open(
    id: string,
    caller: Principal,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<StreamableFile> {
    const file = await this.files.get(id, caller);
    const dto = this.files.toDto(file);
    const tag = representationTag(dto, serialize(dto));
    const range = requestedRange(request, file.size, tag);
    const isRead = request.method === 'GET' && !isCurrent(request, tag);
    const content = isRead ? await this.read(file, range) : Readable.from([]);
    if (range) reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${file.size}`);
    void reply.headers({
      etag: tag,
      'accept-ranges': 'bytes',
      'content-security-policy': POLICY,
      'content-disposition': dispositionOf(file),
    });
    const length = range ? range.end - range.start + 1 : file.size;
    return new StreamableFile(content, { type: file.contentType, length });
  }

  private async read(file: StoredFile, range?: { start: number; end: number }): Promise<Readable> {
    const content = await this.storage.get(file.id, range);
    if (content) return content;
    this.logger.error(`The content of the file ${file.id} is missing`);
    throw new NotFoundProblem(`File ${file.id} not found`);
  }
}

function dispositionOf({ filename, contentType }: StoredFile): string {
  return contentDisposition(filename, { type: isImageType(contentType) ? 'inline' : 'attachment' });
}
