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

const replaced = new WeakMap<object, Type<CredentialScheme>>();

/** Authenticates the callers of a handler with one scheme, which must be a provider, instead of the application's. */
export function AuthenticateBy(scheme: Type<CredentialScheme>): MethodDecorator {
  return (_target, _key, descriptor) => void replaced.set(descriptor.value as object, scheme);
}

/** The scheme set by {@link AuthenticateBy}, if any. */
export function schemeOf(handler: object): Type<CredentialScheme> | undefined {
  return replaced.get(handler);
}
