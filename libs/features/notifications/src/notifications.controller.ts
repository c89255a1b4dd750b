import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import { Endpoint, OneOf } from '@gatehouse/gate';
import { Caller, type Principal } from '@gatehouse/http';
import { CursorPage, Page } from '@gatehouse/listing';
import { humanOnly } from '@gatehouse/permissions';
import {
  InboxItemDto,
  ListInboxQuery,
  NotificationDto,
  NotificationParams,
  sendExamples,
  SendNotificationDto,
} from './notification.dto.js';
import { InboxService } from './inbox.service.js';
import { SEND } from './permissions.js';
import { Notifications } from './notifications.js';

@Controller({ path: 'notifications', version: '1' })
export class NotificationsController {
  constructor(
    private readonly notifications: Notifications,
    private readonly inbox: InboxService,
  ) {}

  @Endpoint({
    summary: 'List the notifications in your inbox, newest first',
    permissions: humanOnly,
    response: OneOf(Page(InboxItemDto), CursorPage(InboxItemDto)),
  })
  @Get()
  list(@Query() query: ListInboxQuery, @Caller() caller: Principal) {
    return this.inbox.list(query, caller);
  }

  @Endpoint({
    summary: 'Send a notification to a topic, a group or a user',
    description: 'Delivered in the background, once each, to the active subscribers or members at that time.',
    permissions: SEND,
    response: NotificationDto,
    status: 202,
    errors: [404],
  })
  @ApiBody({ type: SendNotificationDto, examples: sendExamples })
  @Post()
  send(@Body() dto: SendNotificationDto, @Caller() caller: Principal) {
    return this.notifications.send(dto, caller);
  }

  @Endpoint({
    summary: 'Mark a notification in your inbox as read',
    permissions: humanOnly,
    status: 204,
    errors: [403, 404],
  })
  @Post(':id/read')
  read(@Param() { id }: NotificationParams, @Caller() caller: Principal) {
    return this.inbox.read(id, caller);
  }
}
