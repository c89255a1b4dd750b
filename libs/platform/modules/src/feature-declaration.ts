import type { Type } from '@nestjs/common';
import type { SettingsClass } from '@gatehouse/config';
import type { EntityManager, EntitySchema, MigrationInterface } from 'typeorm';

/** Roles that a user can have. `admin` may everything. */
export const roles = ['admin', 'moderator', 'user'] as const;
export type Role = (typeof roles)[number];

/** A permission that a feature's endpoints ask for. */
export interface PermissionDeclaration {
  /** Unique in the application and prefixed with the feature's root, e.g. `books.write`. */
  name: string;
  /** What its holder may do, for the catalogue and the documentation. */
  description: string;
  /** Roles that hold it from the moment it first appears. */
  defaultRoles: readonly Role[];
}

/** Something that users can subscribe to, and that a feature tells of. */
export interface TopicDeclaration {
  /** Unique in the application and prefixed with the feature's root, e.g. `ticketing.new-events`. */
  name: string;
  /** What its subscribers are told, for the list of topics and the documentation. */
  description: string;
}

/** Makes development data. Runs once, on the first start with an empty database, in the order of `dependsOn`. */
export interface DataFactory {
  /** Whether its data is still missing. */
  shouldRun(manager: EntityManager): Promise<boolean>;
  run(manager: EntityManager): Promise<void>;
}

/** A payment that has arrived in full, in time or late. */
export interface ReceivedPayment {
  checkoutId: string;
  /** Id of what is paid for, as the feature gave it. */
  reference: string;
  amountCents: number;
  currency: string;
}

/** Takes in the payments for what a feature sells. */
export interface PaymentCallback {
  /**
   * Runs in the transaction that records the payment: when it throws, nothing is recorded and the provider tries again.
   *
   * @returns `refund` when the payer gets nothing for the money any more
   */
  paid(payment: ReceivedPayment, manager: EntityManager): Promise<'accepted' | 'refund'>;
}

/** Everything that the application has to know of a feature, in one place. */
export interface FeatureDeclaration {
  /** Short unique name, used in paths and as prefix of the names of permissions and topics. */
  root: string;
  /** Name of the group of endpoints in the documentation; features may share one. */
  tag: string;
  description: string;
  permissions?: readonly PermissionDeclaration[];
  /** What its users can subscribe to. */
  topics?: readonly TopicDeclaration[];
  /** Its settings, which are read at start and injectable everywhere. */
  settings?: SettingsClass;
  entities?: readonly (Type<unknown> | EntitySchema)[];
  migrations?: readonly Type<MigrationInterface>[];
  /** Provider of the module that is told of payments for its checkouts. */
  paymentCallback?: Type<PaymentCallback>;
  /** Development data, and the roots of the features whose data must be there before. */
  factory?: { use: Type<DataFactory>; dependsOn?: readonly string[] };
}
