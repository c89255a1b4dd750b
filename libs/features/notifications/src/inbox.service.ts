import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { NotFoundProblem, type Principal } from '@gatehouse/http';

/** $1 notification, $2 user. Keeps the first time. */
const READ = `
  UPDATE inbox_items SET read_at = coalesce(read_at, now()) WHERE notification_id = $1 AND user_id = $2`;

@Injectable()
export class InboxService {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Marks a notification in the caller's inbox as read. Does nothing when it is already read.
   * @throws {NotFoundProblem} also for one that is only in other inboxes
   */
  async read(id: string, caller: Principal): Promise<void> {
    const [, count] = await this.dataSource.query<[unknown[], number]>(READ, [id, caller.id]);
    if (count === 0) throw new NotFoundProblem(`Notification ${id} not found`);
  }
}
