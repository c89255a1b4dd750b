/** The authenticated caller, as seen by the gate's stages and the features. */
export interface Principal {
  /** User id, UUID v7. */
  readonly id: string;
  readonly username: string;
  readonly role: string;
  /** Id of the session to which the credentials belong, if any. */
  readonly sessionId?: string;
  /** When the credentials expire, in milliseconds since 1970, if they do. */
  readonly expiresAt?: number;
  /** Id of the API key that acts for the user, if any. */
  readonly apiKeyId?: string;
  /** Whether the caller holds a permission, through role or grants; an API key must have been given it as well. */
  can(permission: string): boolean;
}
