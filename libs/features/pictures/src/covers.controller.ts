import { Body, Controller, Delete, Get, Param, Put, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Endpoint, IfMatch } from '@gatehouse/gate';
import type { Precondition } from '@gatehouse/http';
import { Public } from '@gatehouse/permissions';
import { Covers } from './covers.service.js';
import { CoverParams, PictureDto, PictureQuery, UploadPictureDto } from './picture.dto.js';
import { DELETE, GET, PUT, ServesPicture } from './routes.js';

const WRITE = { permissions: 'books.write', invalidates: ['books'] };

@Controller({ path: 'books/:id/cover', version: '1' })
export class CoversController {
  constructor(private readonly covers: Covers) {}

  @Endpoint({ ...GET, summary: 'Get the cover of a book', permissions: Public })
  @ServesPicture()
  @Get()
  get(
    @Param() { id }: CoverParams,
    @Query() { width }: PictureQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.covers.open(id, width, request, reply);
  }

  @Endpoint({ ...PUT, ...WRITE, summary: 'Set the cover of a book, and its `coverUrl`' })
  @Put()
  set(
    @Param() { id }: CoverParams,
    @Body() { file }: UploadPictureDto,
    @IfMatch(PictureDto) ifMatch: Precondition,
  ) {
    return this.covers.set(id, file, ifMatch);
  }

  @Endpoint({ ...DELETE, ...WRITE, summary: 'Delete the cover of a book' })
  @Delete()
  remove(@Param() { id }: CoverParams, @IfMatch(PictureDto) ifMatch: Precondition) {
    return this.covers.remove(id, ifMatch);
  }
}
