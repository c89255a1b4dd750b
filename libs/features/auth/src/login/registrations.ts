import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { UserDto } from '@gatehouse/users';

/** @param manager of the transaction that makes the account: what is written with it comes about with the account */
export type RegistrationListener = (user: UserDto, manager: EntityManager) => Promise<void>;

/** Where other features hear of people who open an account, e.g. to queue a welcome mail. */
@Injectable()
export class Registrations {
  private readonly listeners: RegistrationListener[] = [];
  private readonly afterwards: ((user: UserDto) => void)[] = [];

  /** A listener that throws undoes the registration. */
  subscribe(listener: RegistrationListener): void {
    this.listeners.push(listener);
  }

  /** Calls `listener` once the account is there for good. It must not fail. */
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
