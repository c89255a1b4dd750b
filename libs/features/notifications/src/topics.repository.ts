import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { found, type Principal } from '@gatehouse/http';
import type { TopicDto } from './topic.dto.js';
import { MANAGE } from './permissions.js';
import { TopicCatalogue } from './topic-catalogue.js';

type TopicRow = Omit<TopicDto, 'description'>;

/** $1 names, $2 user, $3 whether to ignore groups, $4 id or null for all. */
const FIND_TOPICS = `
  SELECT id, name, group_id AS "groupId", EXISTS (
      SELECT FROM notification_subscriptions WHERE topic_id = topic.id AND user_id = $2
    ) AS subscribed
  FROM notification_topics topic
  WHERE name = ANY($1) AND id = coalesce($4::uuid, id) AND (
    $3 OR group_id IS NULL
    OR EXISTS (SELECT FROM group_members member WHERE member.group_id = topic.group_id AND member.user_id = $2)
  )
  ORDER BY name`;

/** Declared topics as shown to a caller: one that is limited to a group is hidden from non-members. */
@Injectable()
export class TopicsRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly catalogue: TopicCatalogue,
  ) {}

  /** Returns topics ordered by name. */
  findAll(caller: Principal): Promise<TopicDto[]> {
    return this.query(caller, null, this.dataSource.manager);
  }

  /** @throws {NotFoundProblem} also for a topic that is hidden from the caller */
  async get(id: string, caller: Principal, manager: EntityManager): Promise<TopicDto> {
    const [topic] = await this.query(caller, id, manager);
    return found(topic, `Topic ${id}`);
  }

  private async query(caller: Principal, id: string | null, manager: EntityManager): Promise<TopicDto[]> {
    const values = [this.catalogue.names, caller.id, caller.can(MANAGE), id];
    const rows = await manager.query<TopicRow[]>(FIND_TOPICS, values);
    return rows.map((row) => ({ ...row, description: this.catalogue.descriptionOf(row.name) }));
  }
}
