import type { Principal } from '@gatehouse/http';

/** The user behind an access token or a session cookie. */
export class UserPrincipal implements Principal {
  /** @param held names of the permissions that the user holds */
  constructor(
    readonly id: string,
    readonly username: string,
    readonly role: string,
    readonly sessionId: string | undefined,
    private readonly held: Pick<ReadonlySet<string>, 'has'>,
  ) {}

  can(permission: string): boolean {
    return this.held.has(permission);
  }
}

/** A program that uses an API key on behalf of the key's owner. */
export class ApiKeyPrincipal implements Principal {
  readonly id: string;
  readonly username: string;
  readonly role: string;

  /** @param scope names of the permissions granted to the key */
  constructor(
    private readonly owner: Principal,
    readonly apiKeyId: string,
    private readonly scope: ReadonlySet<string>,
  ) {
    ({ id: this.id, username: this.username, role: this.role } = owner);
  }

  can(permission: string): boolean {
    return this.scope.has(permission) && this.owner.can(permission);
  }
}
