import type { Type } from '@nestjs/common';
import type { SecuritySchemeObject } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Principal } from '@gatehouse/http';

/** One way of proving who is calling, e.g. a bearer token. */
export interface CredentialScheme {
  /** How the documentation shows it, by name and in the order of Swagger UI's Authorize dialogue. */
  readonly security: Readonly<Record<string, SecuritySchemeObject>>;

  /** Whether it stands for a program, which routes for people refuse. */
  readonly isApiKey?: boolean;

  /**
   * Looks at the request's credentials of this kind.
   *
   * @returns the caller, or `undefined` when the request carries no credentials of this kind
   * @throws {UnauthenticatedProblem} when it carries some that are not good
   */
  authenticate(request: FastifyRequest): Principal | undefined | Promise<Principal | undefined>;

  /** Statuses besides 401 with which it refuses calls of a handler, for the documentation. */
  errorsOf?(handler: object, method: string): readonly number[];
}

declare module '@gatehouse/modules' {
  interface FeatureDeclaration {
    /**
     * The ways to authenticate that it brings, providers of its module, in the order in which they are asked. Of a request
     * with several kinds of credentials the first of these counts, and no other is looked at.
     */
    credentialSchemes?: readonly Type<CredentialScheme>[];
  }
}

const replaced = new WeakMap<object, Type<CredentialScheme>>();

/** Has a handler know its callers by one scheme, a provider, instead of the application's. */
export function AuthenticateBy(scheme: Type<CredentialScheme>): MethodDecorator {
  return (_target, _key, descriptor) => void replaced.set(descriptor.value as object, scheme);
}

/** The scheme of its own that a handler has. */
export function schemeOf(handler: object): Type<CredentialScheme> | undefined {
  return replaced.get(handler);
}
