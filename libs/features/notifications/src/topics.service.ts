import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import { Group, GroupAuthority } from '@gatehouse/groups';
import { actor, AuditTrail } from '@gatehouse/audit';
import { type ClientInfo, found, type Precondition, type Principal } from '@gatehouse/http';
import { type TopicDto, UpdateTopicDto } from './topic.dto.js';
import { TopicSubscription } from './topic-subscription.entity.js';
import { Topic } from './topic.entity.js';
import { TopicsRepository } from './topics.repository.js';

/** $1 topic, $2 user, who may be deleted concurrently. */
const SUBSCRIBE = `
  INSERT INTO notification_subscriptions (topic_id, user_id)
  SELECT $1::uuid, id FROM users WHERE id = $2 FOR KEY SHARE
  ON CONFLICT DO NOTHING`;

/** Topics, the groups that they are limited to, and subscriptions. */
@Injectable()
export class TopicsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly topics: TopicsRepository,
    private readonly audit: AuditTrail,
    groups: GroupAuthority,
  ) {
    groups.addUse(async (groupIds, manager) => {
      const limited = await manager.findBy(Topic, { groupId: In(groupIds) });
      return limited.map(({ groupId }) => groupId!);
    });
  }

  /** Topics that are open to the caller. */
  list(caller: Principal): Promise<TopicDto[]> {
    return this.topics.findAll(caller);
  }

  /** @throws {NotFoundProblem} for a topic that is not open to the caller */
  get(id: string, caller: Principal): Promise<TopicDto> {
    return this.topics.get(id, caller, this.dataSource.manager);
  }

  /**
   * Limits a topic to a group, or opens it to all, from the next delivery on.
   * @throws {NotFoundProblem} for an unknown topic or group
   */
  update(
    id: string,
    { groupId }: UpdateTopicDto,
    caller: Principal,
    client: ClientInfo,
    ifMatch?: Precondition,
  ): Promise<TopicDto> {
    return this.dataSource.transaction(async (manager) => {
      await manager.findOne(Topic, { where: { id }, lock: { mode: 'for_no_key_update' } });
      const topic = await this.topics.get(id, caller, manager);
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

  /**
   * Does nothing when the caller is subscribed.
   *
   * @throws {NotFoundProblem} for a topic that is not open to the caller
   */
  async subscribe(id: string, caller: Principal): Promise<void> {
    const { manager } = this.dataSource;
    await this.topics.get(id, caller, manager);
    await manager.query(SUBSCRIBE, [id, caller.id]);
  }

  /** Does nothing when the caller is not subscribed; otherwise as {@link subscribe}. */
  async unsubscribe(id: string, caller: Principal): Promise<void> {
    const { manager } = this.dataSource;
    await this.topics.get(id, caller, manager);
    await manager.delete(TopicSubscription, { topicId: id, userId: caller.id });
  }
}
