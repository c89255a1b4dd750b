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
