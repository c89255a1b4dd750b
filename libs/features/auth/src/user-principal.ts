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
