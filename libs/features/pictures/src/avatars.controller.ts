import { Body, Controller, Delete, Get, Param, Put, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Endpoint, IfMatch } from '@gatehouse/gate';
import { Caller, type ClientInfo, FromClient, type Precondition, type Principal } from '@gatehouse/http';
import { selfOr } from '@gatehouse/permissions';
import { Avatars } from './avatars.service.js';
import { AvatarParams, PictureDto, PictureQuery, UploadPictureDto } from './picture.dto.js';
import { DELETE, GET, PUT, ServesPicture } from './routes.js';

const WRITE = { permissions: selfOr('users.write') };

@Controller({ path: 'users/:id/avatar', version: '1' })
export class AvatarsController {
  constructor(private readonly avatars: Avatars) {}

  @Endpoint({ ...GET, summary: 'Get the avatar of a user', description: 'For everyone who is logged in.' })
  @ServesPicture()
  @Get()
  get(
    @Param() { id }: AvatarParams,
    @Query() { width }: PictureQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.avatars.open(id, width, request, reply);
  }

  @Endpoint({ ...PUT, ...WRITE, summary: 'Set the avatar of a user' })
  @Put()
  set(
    @Param() { id }: AvatarParams,
    @Body() { file }: UploadPictureDto,
    @Caller() caller: Principal,
    @FromClient() client: ClientInfo,
    @IfMatch(PictureDto) ifMatch: Precondition,
  ) {
    return this.avatars.set(id, file, caller, client, ifMatch);
  }

  @Endpoint({ ...DELETE, ...WRITE, summary: 'Delete the avatar of a user' })
  @Delete()
  remove(
    @Param() { id }: AvatarParams,
    @Caller() caller: Principal,
    @FromClient() client: ClientInfo,
    @IfMatch(PictureDto) ifMatch: Precondition,
  ) {
    return this.avatars.remove(id, caller, client, ifMatch);
  }
}
