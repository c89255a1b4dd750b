import type { RequestOptions } from '../test-app.js';
import type { Scene } from './scene.js';

/** The callers of every route: the columns of the matrix. */
export type Column =
  'nobody' | 'user' | 'owner' | 'other' | 'moderator' | 'admin' | 'key' | 'keyWithoutPermissions';

/**
 * The expected status for each caller.
 * - `user` has the role `user`. If the addressed resource belongs to a user, `owner` is that user, and `other` another
 *   one of the same role.
 * - `moderator` and `admin` have these roles, and do not own the resource.
 * - `key` is an administrator's API key with the permissions of the row's `scope`, by default with all permissions.
 *   `keyWithoutPermissions` has none.
 */
export type Statuses = Record<'nobody' | 'moderator' | 'admin' | 'key' | 'keyWithoutPermissions', number> &
  (Record<'user', number> | Record<'owner' | 'other', number>);

/** A request that succeeds for an authorized caller; its path is the route's. */
export interface Ask extends RequestOptions {
  /** Values of the path parameters by name. */
  params?: Record<string, string | number>;
}

/** Expectations for one route. */
export interface Row {
  /** Permissions that an API key needs. */
  scope?: string[];
  statuses: Statuses;
  /** Not a GET, and yet it only reads. */
  writesNothing?: boolean;
  /** Creates the request and the resources that it acts on. By default the request is empty. */
  ask?: (scene: Scene) => Ask | Promise<Ask>;
}

/** Rows by route, `METHOD /path/:parameter`; a second row of a route has a note in brackets. */
export type Matrix = Record<string, Row>;
