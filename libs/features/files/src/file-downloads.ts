import { Injectable, Logger, type StreamableFile } from '@nestjs/common';
import { create as contentDisposition } from 'content-disposition';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { representationTag, responseSerializer } from '@gatehouse/gate';
import { NotFoundProblem, type Principal } from '@gatehouse/http';
import { answerWithObject, Storage } from '@gatehouse/storage';
import { isImageType } from '@gatehouse/validation';
import { FileDto } from './file.dto.js';
import type { StoredFile } from './file.entity.js';
import { FilesService } from './files.service.js';

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
    const object = { ...file, tag, disposition: dispositionOf(file) };
    const answer = await answerWithObject(this.storage, object, request, reply);
    if (answer) return answer;
    this.logger.error(`The content of the file ${id} is missing`);
    throw new NotFoundProblem(`File ${id} not found`);
  }
}

function dispositionOf({ filename, contentType }: StoredFile): string {
  return contentDisposition(filename, { type: isImageType(contentType) ? 'inline' : 'attachment' });
}
