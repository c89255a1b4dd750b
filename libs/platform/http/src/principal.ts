/** The authenticated caller, as the gate's stages and the features see it. */
export interface Principal {
  /** User id, UUID v7. */
  readonly id: string;
  readonly username: string;
  readonly role: string;
  /** Id of the log-in that the credentials belong to, when there is one. */
  readonly sessionId?: string;
  /** Id of the API key that stands in for the user, when it is one. */
  readonly apiKeyId?: string;
  /** Whether the caller holds a permission by name, through role or grants; of an API key, whether it is one of its own too. */
  can(permission: string): boolean;
}
