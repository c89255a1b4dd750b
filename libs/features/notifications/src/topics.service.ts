import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, In, type Repository } from 'typeorm';
import { Group, GroupAuthority } from '@gatehouse/groups';
import { actor, AuditTrail } from '@gatehouse/audit';
import { type ClientInfo, found, type Precondition, type Principal } from '@gatehouse/http';
import { MANAGE } from './permissions.js';
import { TopicCatalogue } from './topic-catalogue.js';
import { type TopicDto, UpdateTopicDto } from './topic.dto.js';
import { Topic, TopicSubscription } from './topic.entity.js';

const IS_OPEN_TO_USER = `topic.groupId IS NULL OR EXISTS (
  SELECT FROM group_members member WHERE member.group_id = topic.groupId AND member.user_id = :userId)`;

/** $1 topic, $2 user, who may be deleted concurrently. */
const SUBSCRIBE = `
  INSERT INTO notification_subscriptions (topic_id, user_id)
  SELECT $1::uuid, id FROM users WHERE id = $2 FOR KEY SHARE
  ON CONFLICT DO NOTHING`;

/** Topics, the groups that they are limited to, and subscriptions. */
@Injectable()
export class TopicsService {
  constructor(
    @InjectRepository(Topic) private readonly topics: Repository<Topic>,
    private readonly catalogue: TopicCatalogue,
    private readonly audit: AuditTrail,
    groups: GroupAuthority,
  ) {
    groups.addUse(async (groupIds, manager) => {
      const limited = await manager.findBy(Topic, { groupId: In(groupIds) });
      return limited.map(({ groupId }) => groupId!);
    });
  }

  /** Topics that are open to the caller, by name. */
  list(caller: Principal): Promise<TopicDto[]> {
    return this.find(caller, this.topics.manager);
  }

  /** @throws {NotFoundProblem} also for a topic that is not open to the caller */
  async get(id: string, caller: Principal, manager = this.topics.manager): Promise<TopicDto> {
    return found((await this.find(caller, manager, id))[0], `Topic ${id}`);
  }

  /** Limits a topic to a group, or opens it to all, from the next delivery on. */
  update(
    id: string,
    { groupId }: UpdateTopicDto,
    caller: Principal,
    client: ClientInfo,
    ifMatch?: Precondition,
  ): Promise<TopicDto> {
    return this.topics.manager.transaction(async (manager) => {
      await manager.findOne(Topic, { where: { id }, lock: { mode: 'for_no_key_update' } });
      const topic = await this.get(id, caller, manager);
      await ifMatch?.require(() => topic);
      if (groupId !== null) found(await manager.findOneBy(Group, { id: groupId }), `Group ${groupId}`);
      await manager.update(Topic, id, { groupId });
      const details = { name: topic.name, groupId };
      await this.audit.record(
        { ...actor(caller, client), action: 'notifications.topic-changed', subjectId: id, details },
        manager,
      );
      return { ...topic, groupId };
    });
  }

  /** Does nothing when the caller is subscribed. */
  async subscribe(id: string, caller: Principal): Promise<void> {
    await this.get(id, caller);
    await this.topics.query(SUBSCRIBE, [id, caller.id]);
  }

  /** Does nothing when the caller is not subscribed. */
  async unsubscribe(id: string, caller: Principal): Promise<void> {
    await this.get(id, caller);
    await this.topics.manager.delete(TopicSubscription, { topicId: id, userId: caller.id });
  }

  private async find(caller: Principal, manager: EntityManager, id?: string): Promise<TopicDto[]> {
    const topics = manager
      .createQueryBuilder(Topic, 'topic')
      .where('topic.name = ANY(:names)', { names: this.catalogue.names })
      .orderBy('topic.name');
    if (id !== undefined) topics.andWhere('topic.id = :id', { id });
    if (!caller.can(MANAGE)) topics.andWhere(`(${IS_OPEN_TO_USER})`, { userId: caller.id });
    const subscriptions = await manager.findBy(TopicSubscription, { userId: caller.id });
    const subscribed = new Set(subscriptions.map(({ topicId }) => topicId));
    return (await topics.getMany()).map(({ id, name, groupId }) => ({
      id,
      name,
      description: this.catalogue.descriptionOf(name),
      groupId,
      subscribed: subscribed.has(id),
    }));
  }
}
