import type { RequestOptions } from '../test-app.js';
import type { Scene } from './scene.js';

/** The callers whom every route is asked by: the columns of the matrix. */
export type Column =
  'nobody' | 'user' | 'owner' | 'other' | 'moderator' | 'admin' | 'key' | 'keyWithoutPermissions';

/**
 * The status that each caller gets, written by hand.
 *
 * - `user` has the role `user`. Where the route addresses what belongs to a user, `owner` is that user, and `other`
 *   another one of the same role.
 * - `moderator` and `admin` have these roles, and own nothing of what is addressed.
 * - `key` is the API key of an administrator, with the permissions of the row's `scope`, or with every permission when
 *   there is no scope. `keyWithoutPermissions` has none.
 */
export type Statuses = Record<'nobody' | 'moderator' | 'admin' | 'key' | 'keyWithoutPermissions', number> &
  (Record<'user', number> | Record<'owner' | 'other', number>);

/** A request that would succeed for whoever is entitled to it; its path is the route's. */
export interface Ask extends RequestOptions {
  /** Values of the path's parameters, by name. */
  params?: Record<string, string | number>;
}

/** What is expected of one route. */
export interface Row {
  /** The permissions that an API key needs. */
  scope?: string[];
  statuses: Statuses;
  /** Makes the request, with things of its own to act on. Not given: a bare one. */
  ask?: (scene: Scene) => Ask | Promise<Ask>;
}

/** By route, `METHOD /path/:parameter`; a second row for a route adds what is special to its name, in brackets. */
export type Matrix = Record<string, Row>;
