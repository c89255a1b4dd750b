import type { Type } from '@nestjs/common';
import type { SettingsClass } from '@gatehouse/config';
import type { EntityManager, EntitySchema, MigrationInterface } from 'typeorm';

/** A permission that a feature's endpoints ask for. */
export interface PermissionDeclaration {
  /** Unique in the application and prefixed with the feature's root, e.g. `books.write`. */
  name: string;
  /** What its holder may do, for the catalogue and the documentation. */
  description: string;
  /** Roles that hold it from the moment it first appears. */
  defaultRoles: readonly string[];
}

/** Makes development data. Runs once, on the first start with an empty database, in the order of `dependsOn`. */
export interface DataFactory {
  /** Whether its data is still missing. */
  shouldRun(manager: EntityManager): Promise<boolean>;
  run(manager: EntityManager): Promise<void>;
}

/** One thing of a list that a feature declares. */
export type NamedDeclaration = Pick<PermissionDeclaration, 'name' | 'description'>;

/**
 * Everything that the application has to know of a feature, in one place. A library that collects more than this adds it
 * here with `declare module '@gatehouse/modules'`; a list of things with names is checked, printed and documented as the
 * permissions are.
 */
export interface FeatureDeclaration {
  /** Short unique name, used in paths and as prefix of the names of permissions and the like. */
  root: string;
  /** Name of the group of endpoints in the documentation; features may share one. */
  tag: string;
  description: string;
  permissions?: readonly PermissionDeclaration[];
  /** Roles that a user can have, the most powerful first: that one may everything. */
  roles?: readonly string[];
  /** Its settings, which are read at start and injectable everywhere. */
  settings?: SettingsClass;
  entities?: readonly (Type<unknown> | EntitySchema)[];
  migrations?: readonly Type<MigrationInterface>[];
  /** Development data, and the roots of the features whose data must be there before. */
  factory?: { use: Type<DataFactory>; dependsOn?: readonly string[] };
}

/** The lists of named things that a feature declares, e.g. its permissions, by their key. */
export function namedLists(declaration: FeatureDeclaration): [key: string, things: NamedDeclaration[]][] {
  const isNamed = (thing: unknown): boolean =>
    typeof thing === 'object' && thing !== null && 'name' in thing && 'description' in thing;
  return Object.entries(declaration).filter(
    (entry): entry is [string, NamedDeclaration[]] => Array.isArray(entry[1]) && entry[1].some(isNamed),
  );
}
