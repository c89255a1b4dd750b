import type { Type } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Principal } from '@gatehouse/http';

/** One way of proving who is calling, e.g. a bearer token. */
export interface CredentialScheme {
  /**
   * Looks at the request's credentials of this kind.
   *
   * @returns the caller, or `undefined` when the request carries no credentials of this kind
   * @throws {UnauthenticatedProblem} when it carries some that are not good
   */
  authenticate(request: FastifyRequest): Principal | undefined | Promise<Principal | undefined>;
}

/** Injection token of the list of {@link CredentialScheme}s, in the order in which they are asked. */
export const CREDENTIAL_SCHEMES = Symbol('CREDENTIAL_SCHEMES');

const replaced = new WeakMap<object, Type<CredentialScheme>>();

/** Has a handler know its callers by one scheme, a provider, instead of the application's. */
export function AuthenticateBy(scheme: Type<CredentialScheme>): MethodDecorator {
  return (_target, _key, descriptor) => void replaced.set(descriptor.value as object, scheme);
}

/** The scheme of its own that a handler has. */
export function schemeOf(handler: object): Type<CredentialScheme> | undefined {
  return replaced.get(handler);
}
