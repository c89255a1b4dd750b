import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, In, type Repository } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Group } from '@gatehouse/groups';
import { found, type Principal } from '@gatehouse/http';
import { Jobs } from '@gatehouse/jobs';
import { requireUser } from '@gatehouse/users';
import { DELIVER } from './delivery.js';
import { MAX_BODY, MAX_TITLE, NotificationDto, SendNotificationDto } from './notification.dto.js';
import { Notification } from './notification.entity.js';
import { TopicCatalogue } from './topic-catalogue.js';
import { Topic } from './topic.entity.js';

/** The text of a notification. */
export interface Message {
  title: string;
  body: string;
}

/** A message with its recipients, its sender and the time of its delivery. */
export type NewNotification = Message &
  Partial<Pick<Notification, 'topicId' | 'groupId' | 'userId' | 'senderId' | 'sendAt'>>;

/** Sends notifications for all features, and for users. */
@Injectable()
export class Notifications {
  constructor(
    @InjectRepository(Notification) private readonly notifications: Repository<Notification>,
    private readonly jobs: Jobs,
    private readonly catalogue: TopicCatalogue,
  ) {}

  /** Sends what a user has written. */
  send(dto: SendNotificationDto, { id: senderId }: Principal): Promise<NotificationDto> {
    const { topicId, groupId, userId } = dto;
    return this.notifications.manager.transaction(async (manager) => {
      const declared = { id: topicId!, name: In(this.catalogue.names) };
      if (topicId !== undefined) found(await manager.findOneBy(Topic, declared), `Topic ${topicId}`);
      if (groupId !== undefined) found(await manager.findOneBy(Group, { id: groupId }), `Group ${groupId}`);
      if (userId !== undefined) await requireUser(userId, manager);
      return this.post({ ...dto, senderId }, manager);
    });
  }

  /**
   * Notifies the subscribers of a topic soon after the commit: those that it has then and to whom it is open.
   *
   * @param topic a name that the feature declares
   * @param message its title is cut to 200 characters, its body to 2000
   * @param manager of the transaction that makes the news: when it is rolled back, nothing is sent
   * @throws {Error} when no feature declares the topic
   */
  async notify(topic: string, { title, body }: Message, manager: EntityManager): Promise<void> {
    this.catalogue.descriptionOf(topic);
    const { id: topicId } = await manager.findOneByOrFail(Topic, { name: topic });
    await this.post({ topicId, title: cut(title, MAX_TITLE), body: cut(body, MAX_BODY) }, manager);
  }

  /**
   * Stores a notification and enqueues its delivery.
   * @param notification with one target, which exists
   */
  async post({ sendAt, ...fields }: NewNotification, manager: EntityManager): Promise<Notification> {
    const now = new Date();
    const isLater = sendAt !== undefined && sendAt > now;
    const notification = manager.create(Notification, {
      ...fields,
      id: uuidv7(),
      topicId: fields.topicId ?? null,
      groupId: fields.groupId ?? null,
      userId: fields.userId ?? null,
      sendAt: isLater ? sendAt : now,
      createdAt: now,
    });
    await manager.insert(Notification, notification);
    const payload = { notificationId: notification.id };
    await this.jobs.enqueue(DELIVER, payload, { manager, ...(isLater && { startAfter: sendAt }) });
    return notification;
  }
}

function cut(text: string, length: number): string {
  return [...text].slice(0, length).join('');
}
