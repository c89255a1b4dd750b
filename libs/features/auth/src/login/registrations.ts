import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { UserDto } from '@gatehouse/users';

/**
 * @param manager manager of the transaction that creates the account: everything written with it is committed
 * together with the account
 */
export type RegistrationListener = (user: UserDto, manager: EntityManager) => Promise<void>;

/** Notifies other features of new accounts, e.g. to queue a welcome mail. */
@Injectable()
export class Registrations {
  private readonly listeners: RegistrationListener[] = [];
  private readonly afterwards: ((user: UserDto) => void)[] = [];

  /** An exception in a listener rolls the registration back. */
  subscribe(listener: RegistrationListener): void {
    this.listeners.push(listener);
  }

  /** Calls `listener` once the account is committed. The listener must not throw. */
  subscribeAfterwards(listener: (user: UserDto) => void): void {
    this.afterwards.push(listener);
  }

  async announce(user: UserDto, manager: EntityManager): Promise<void> {
    for (const listener of this.listeners) await listener(user, manager);
  }

  complete(user: UserDto): void {
    for (const listener of this.afterwards) listener(user);
  }
}
