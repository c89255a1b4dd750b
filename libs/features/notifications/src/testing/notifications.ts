import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { GroupsModule } from '@gatehouse/groups';
import type { ClientInfo, Principal } from '@gatehouse/http';
import { FeatureModule } from '@gatehouse/modules';
import { UsersModule } from '@gatehouse/users';
import { callerOf, startFeatures, type TestFeatures } from '@gatehouse/users/testing';
import { InboxItem } from '../notification.entity.js';
import { NotificationsModule } from '../notifications.module.js';
import { TopicsService } from '../topics.service.js';

export const client: ClientInfo = { address: '203.0.113.7', device: 'spec', arrivedAt: 0 };
export const admin = callerOf('admin');
export const NEWS = 'news.first';

/** A feature that sends notifications. */
@FeatureModule(
  {
    root: 'news',
    tag: 'News',
    description: '',
    topics: [
      { name: 'news.second', description: 'The second' },
      { name: NEWS, description: 'The first' },
    ],
  },
  {},
)
class NewsModule {}

/** The feature with a separate database. */
export class NotificationsDatabase {
  private constructor(
    readonly features: TestFeatures,
    readonly dataSource: DataSource,
  ) {}

  static async start(): Promise<NotificationsDatabase> {
    const features = await startFeatures([UsersModule, GroupsModule, NotificationsModule, NewsModule]);
    return new NotificationsDatabase(features, features.context.get(DataSource));
  }

  stop(): Promise<void> {
    return this.features.stop();
  }

  get<T>(type: new (...dependencies: never[]) => T): T {
    return this.features.context.get(type, { strict: false });
  }

  /** A user in the table. */
  async newCaller(...permissions: string[]): Promise<Principal> {
    const id = uuidv7();
    const username = `user-${id.slice(-12)}`;
    await this.dataSource.query(
      `INSERT INTO users (id, username, email, password_hash) VALUES ($1, $2, $3, '-')`,
      [id, username, `${username}@example.com`],
    );
    return { id, username, role: 'user', can: (name) => permissions.includes(name) };
  }

  /** A group with some members. @returns its id */
  async newGroup(...members: Principal[]): Promise<string> {
    const id = uuidv7();
    await this.dataSource.query('INSERT INTO groups (id, name, name_key) VALUES ($1, $2::text, $2::text)', [
      id,
      `Group ${id}`,
    ]);
    for (const { id: userId } of members)
      await this.dataSource.query('INSERT INTO group_members (group_id, user_id) VALUES ($1, $2)', [
        id,
        userId,
      ]);
    return id;
  }

  async topicId(name = NEWS): Promise<string> {
    const topics = await this.get(TopicsService).list(admin);
    return topics.find((topic) => topic.name === name)!.id;
  }

  /** Ids of the users whose inbox contains it, in order. */
  async recipients(notificationId: string): Promise<string[]> {
    const items = await this.dataSource.manager.find(InboxItem, {
      where: { notificationId },
      order: { userId: 'ASC' },
    });
    return items.map(({ userId }) => userId);
  }
}

/** Status and text of a refusal. */
export async function refusalOf(work: Promise<unknown>): Promise<[number, string]> {
  return work.then(
    () => [200, 'not refused'],
    (error: { getStatus?: () => number; message: string }) => {
      if (!error.getStatus) throw error;
      return [error.getStatus(), error.message];
    },
  );
}
