import type { Type } from '@nestjs/common';
import type { SecuritySchemeObject } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Principal } from '@gatehouse/http';
import { featureOptions } from '@gatehouse/modules';

/** One way to authenticate a caller, e.g. a bearer token. */
export interface CredentialScheme {
  /** Security schemes for the documentation, by name, in the order of Swagger UI's Authorize dialogue. */
  readonly security: Readonly<Record<string, SecuritySchemeObject>>;

  /** Whether the credentials belong to a program; routes for people refuse it. */
  readonly isApiKey?: boolean;

  /**
   * Checks the request's credentials of this kind.
   * @returns the caller, or `undefined` when the request carries no credentials of this kind
   * @throws {UnauthenticatedProblem} when the credentials are invalid
   */
  authenticate(request: FastifyRequest): Principal | undefined | Promise<Principal | undefined>;

  /** Statuses other than 401 with which the scheme refuses calls to a handler, for the documentation. */
  errorsOf?(handler: object, method: string): readonly number[];
}

/** A topic of the process bus with messages on credentials that have ended, or on rights that have changed. */
export interface CallerChange {
  topic: string;
  /** Whether a message concerns a caller, who then has to be identified again. */
  concerns(caller: Principal, payload: string): boolean;
}

/** The short form of a {@link CredentialScheme}, for one route; the documentation shows its name. */
export type AuthenticationFunction = CredentialScheme['authenticate'];

/** A scheme, which must be a provider, or a function. */
export type AuthenticationWay = Type<CredentialScheme> | AuthenticationFunction;

/** How a route authenticates its callers; of several ways, the first whose credentials a request carries counts. */
export type Authentication = AuthenticationWay | readonly AuthenticationWay[];

declare module '@gatehouse/modules' {
  interface FeatureDeclaration {
    /** When the callers that its schemes have identified are no longer certain. */
    callerChanges?: readonly CallerChange[];
    /**
     * Schemes that the module provides, in the order in which they are tried. Only the first kind of credentials
     * found in a request counts; others are ignored.
     */
    credentialSchemes?: readonly Type<CredentialScheme>[];
  }
}
featureOptions.add('credentialSchemes');
featureOptions.add('callerChanges');

/** Names that OpenAPI allows for a security scheme. */
const NAME = /^[\w.-]+$/;

const replaced = new WeakMap<object, readonly AuthenticationWay[]>();

/**
 * Authenticates the callers of a handler in these ways instead of the application's.
 * @throws {Error} when the list is empty, or a function has no name
 */
export function AuthenticateBy(authentication: Authentication): MethodDecorator {
  const ways = [authentication].flat() as AuthenticationWay[];
  if (ways.length === 0) throw new Error('`auth` must name a scheme: permissions make a route public');
  if (!ways.every(({ name }) => NAME.test(name)))
    throw new Error('A function in `auth` must have a name, for the documentation');
  return (_target, _key, descriptor) => void replaced.set(descriptor.value as object, ways);
}

/** The ways set by {@link AuthenticateBy}, if any. */
export function authenticationOf(handler: object): readonly AuthenticationWay[] | undefined {
  return replaced.get(handler);
}

/** Whether a way is the class of a scheme rather than a function. */
export function isSchemeClass(way: AuthenticationWay): way is Type<CredentialScheme> {
  return /^class\b/.test(String(way));
}
