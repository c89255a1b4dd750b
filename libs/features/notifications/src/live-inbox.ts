import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { ProcessBus } from '@gatehouse/process-bus';
import { Sockets } from '@gatehouse/sockets';
import { InboxService } from './inbox.service.js';

/** Channel on which the id of each delivered notification is published, in the transaction of its delivery. */
export const DELIVERED_CHANNEL = 'notifications_delivered';

/**
 * Pushes delivered notifications to the recipients who are connected to this process, whichever process has delivered
 * them. What is missed while there is no connection is in the inbox.
 */
@Injectable()
export class LiveInbox implements OnModuleInit {
  private readonly logger = new Logger(LiveInbox.name);

  constructor(
    private readonly bus: ProcessBus,
    private readonly sockets: Sockets,
    private readonly inbox: InboxService,
  ) {}

  onModuleInit(): void {
    this.bus.listen(
      DELIVERED_CHANNEL,
      (notificationId) => void this.push(notificationId),
      () => undefined,
    );
  }

  private async push(notificationId: string): Promise<void> {
    const { userIds } = this.sockets;
    if (userIds.length === 0) return;
    try {
      for (const { userId, item } of await this.inbox.itemsOf(notificationId, userIds)) {
        // As the inbox itself, not for API keys.
        for (const socket of this.sockets.of(userId))
          socket.push('notification', item, ({ apiKeyId }) => apiKeyId === undefined);
      }
    } catch (error) {
      this.logger.warn(`A notification was not pushed: ${(error as Error).message}`);
    }
  }
}
