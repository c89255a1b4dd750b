import { Body, Controller, Delete, Get, Param, Patch, Put } from '@nestjs/common';
import { AtMost, Endpoint, IfMatch } from '@gatehouse/gate';
import { Caller, type ClientInfo, FromClient, type Precondition, type Principal } from '@gatehouse/http';
import { TopicDto, TopicParams, UpdateTopicDto } from './topic.dto.js';
import { MANAGE } from './permissions.js';
import { TopicsService } from './topics.service.js';

@Controller({ path: 'notifications/topics', version: '1' })
export class TopicsController {
  constructor(private readonly topics: TopicsService) {}

  @Endpoint({
    summary: 'List the topics that you can subscribe to',
    description: 'A topic limited to a group is only shown to its members and to topic managers.',
    response: AtMost(1000, TopicDto),
  })
  @Get()
  list(@Caller() caller: Principal) {
    return this.topics.list(caller);
  }

  @Endpoint({ summary: 'Get a topic', response: TopicDto, errors: [404] })
  @Get(':id')
  get(@Param() { id }: TopicParams, @Caller() caller: Principal) {
    return this.topics.get(id, caller);
  }

  @Endpoint({
    summary: 'Limit a topic to a group, or open it to all',
    description: 'Subscribers who are not in the group receive nothing any more, but stay subscribed.',
    permissions: MANAGE,
    response: TopicDto,
    errors: [404],
  })
  @Patch(':id')
  update(
    @Param() { id }: TopicParams,
    @Body() changes: UpdateTopicDto,
    @Caller() caller: Principal,
    @FromClient() client: ClientInfo,
    @IfMatch(TopicDto) ifMatch: Precondition,
  ) {
    return this.topics.update(id, changes, caller, client, ifMatch);
  }

  @Endpoint({ summary: 'Subscribe to a topic', status: 204, errors: [403, 404] })
  @Put(':id/subscription')
  subscribe(@Param() { id }: TopicParams, @Caller() caller: Principal) {
    return this.topics.subscribe(id, caller);
  }

  @Endpoint({ summary: 'Unsubscribe from a topic', status: 204, errors: [403, 404] })
  @Delete(':id/subscription')
  unsubscribe(@Param() { id }: TopicParams, @Caller() caller: Principal) {
    return this.topics.unsubscribe(id, caller);
  }
}
