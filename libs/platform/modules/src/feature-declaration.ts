import type { Type } from '@nestjs/common';
import type { SettingsClass } from '@gatehouse/config';
import type { EntityManager, EntitySchema, MigrationInterface } from 'typeorm';

/** A permission that endpoints of a feature require. */
export interface PermissionDeclaration {
  /** Unique in the application and prefixed with the feature's name, e.g. `books.write`. */
  name: string;
  /** What the permission allows, for the catalogue and the documentation. */
  description: string;
  /** Roles to which it is granted when it first appears. */
  defaultRoles: readonly string[];
}

/** Creates development data. Runs once, on the first start with an empty database, in the order of `dependsOn`. */
export interface DataFactory {
  /** Whether its data is still missing. */
  shouldRun(manager: EntityManager): Promise<boolean>;
  run(manager: EntityManager): Promise<void>;
}

/** A named item of a list that a feature declares. */
export type NamedDeclaration = Pick<PermissionDeclaration, 'name' | 'description'>;

/**
 * Everything that the application needs to know about a feature, in one place. A library that collects more adds it
 * here with `declare module '@gatehouse/modules'`, and its name to {@link featureOptions}; a list of named items is
 * checked, printed and documented like the permissions.
 */
export interface FeatureDeclaration {
  /** Short unique name, used in paths and as the prefix of permission names and the like. */
  root: string;
  /** Name of the group of endpoints in the documentation; features may share one. */
  tag: string;
  description: string;
  permissions?: readonly PermissionDeclaration[];
  /** Roles of users, the most powerful first: that one has every permission. */
  roles?: readonly string[];
  /** Its settings, read at start and injectable everywhere. */
  settings?: SettingsClass;
  entities?: readonly (Type<unknown> | EntitySchema)[];
  migrations?: readonly Type<MigrationInterface>[];
  /** Development data, and the features whose data must exist before. */
  factory?: { use: Type<DataFactory>; dependsOn?: readonly string[] };
}

/** The names of what a feature may declare. Others stop the start: the compiler does not see them in a spread. */
export const featureOptions = new Set<string>([
  'root',
  'tag',
  'description',
  'permissions',
  'roles',
  'settings',
  'entities',
  'migrations',
  'factory',
] satisfies (keyof FeatureDeclaration)[]);

/** The lists of named items that a feature declares, e.g. its permissions, by their key. */
export function namedLists(declaration: FeatureDeclaration): [key: string, things: NamedDeclaration[]][] {
  const isNamed = (thing: unknown): boolean =>
    typeof thing === 'object' && thing !== null && 'name' in thing && 'description' in thing;
  return Object.entries(declaration).filter(
    (entry): entry is [string, NamedDeclaration[]] => Array.isArray(entry[1]) && entry[1].some(isNamed),
  );
}
