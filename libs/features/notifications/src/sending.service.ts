import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, In } from 'typeorm';
import { Group } from '@gatehouse/groups';
import { found, type Principal } from '@gatehouse/http';
import { requireUser } from '@gatehouse/users';
import { NotificationDto, SendNotificationDto } from './notification.dto.js';
import { Notifications } from './notifications.js';
import { TopicCatalogue } from './topic-catalogue.js';
import { Topic } from './topic.entity.js';

/** Notifications that users send. */
@Injectable()
export class SendingService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly notifications: Notifications,
    private readonly catalogue: TopicCatalogue,
  ) {}

  /** @throws {NotFoundProblem} for an unknown target */
  send(dto: SendNotificationDto, { id: senderId }: Principal): Promise<NotificationDto> {
    return this.dataSource.transaction(async (manager) => {
      await this.requireTarget(dto, manager);
      return this.notifications.post({ ...dto, senderId }, manager);
    });
  }

  private async requireTarget(dto: SendNotificationDto, manager: EntityManager): Promise<void> {
    const { topicId, groupId, userId } = dto;
    if (topicId !== undefined) found(await this.findDeclared(topicId, manager), `Topic ${topicId}`);
    if (groupId !== undefined) found(await manager.findOneBy(Group, { id: groupId }), `Group ${groupId}`);
    if (userId !== undefined) await requireUser(userId, manager);
  }

  private findDeclared(id: string, manager: EntityManager): Promise<Topic | null> {
    return manager.findOneBy(Topic, { id, name: In(this.catalogue.names) });
  }
}
