import {
  Body,
  Controller,
  Delete,
  Get,
  Header,
  Param,
  Post,
  Req,
  Res,
  type StreamableFile,
} from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AtMost, Endpoint, IfMatch } from '@gatehouse/gate';
import { Caller, type ClientInfo, FromClient, type Precondition, type Principal } from '@gatehouse/http';
import { minutes } from '@gatehouse/throttle';
import {
  BATCH_FILES,
  FileDto,
  FileParams,
  UploadFileDto,
  UploadFilesDto,
  UploadImageDto,
} from './file.dto.js';
import { FileDownloads } from './file-downloads.js';
import { FilesService } from './files.service.js';
import { USE } from './permissions.js';

const throttle = { limit: 60, ttl: minutes(1) };
const location = '/api/v1/files';

@Controller({ path: 'files', version: '1' })
export class FilesController {
  constructor(
    private readonly files: FilesService,
    private readonly downloads: FileDownloads,
  ) {}

  @Endpoint({
    summary: 'Upload a file',
    description: 'A refused or interrupted upload leaves nothing behind.',
    permissions: USE,
    throttle,
    response: FileDto,
    errors: [408],
  })
  @Post()
  async upload(@Body() { file }: UploadFileDto, @Caller() caller: Principal) {
    return (await this.files.create([file], caller))[0];
  }

  @Endpoint({
    summary: 'Upload an image',
    permissions: USE,
    throttle,
    response: FileDto,
    location,
    errors: [408],
  })
  @Post('images')
  async uploadImage(@Body() { file }: UploadImageDto, @Caller() caller: Principal) {
    return (await this.files.create([file], caller))[0];
  }

  @Endpoint({
    summary: 'Upload several files',
    description: 'All of them or none.',
    permissions: USE,
    throttle,
    response: AtMost(BATCH_FILES, FileDto),
    errors: [408],
  })
  @Post('batch')
  uploadBatch(@Body() { files }: UploadFilesDto, @Caller() caller: Principal) {
    return this.files.create(files, caller);
  }

  @Endpoint({
    summary: 'Download a file',
    description:
      'For its owner, and for holders of `files.manage`. Images are shown by browsers, everything else is saved. `Range` selects a part.',
    permissions: USE,
    produces: ['*/*'],
    headers: ['Accept-Ranges', 'Content-Disposition', 'ETag'],
    errors: [404, 416],
  })
  @ApiResponse({
    status: 206,
    description: 'The part that `Range` selects.',
    headers: { 'Content-Range': { schema: { type: 'string' }, example: 'bytes 0-99/48213' } },
    content: { '*/*': { schema: { type: 'string' } } },
  })
  @Header('cache-control', 'private, no-cache')
  @Get(':id')
  download(
    @Param() { id }: FileParams,
    @Caller() caller: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    return this.downloads.open(id, caller, request, reply);
  }

  @Endpoint({
    summary: 'Delete a file',
    description: 'For its owner, and for holders of `files.manage`.',
    permissions: USE,
    status: 204,
    errors: [404],
  })
  @Delete(':id')
  remove(
    @Param() { id }: FileParams,
    @Caller() caller: Principal,
    @FromClient() client: ClientInfo,
    @IfMatch(FileDto) ifMatch: Precondition,
  ) {
    return this.files.remove(id, caller, client, ifMatch);
  }
}
