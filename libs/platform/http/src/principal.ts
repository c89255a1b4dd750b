/** The authenticated caller, as the gate's stages and the features see it. */
export interface Principal {
  /** User id, UUID v7. */
  readonly id: string;
  readonly username: string;
  readonly role: string;
  /** Id of the log-in that the credentials belong to, when there is one. */
  readonly sessionId?: string;
  /** Whether the caller holds a permission by name, through role or grants. */
  can(permission: string): boolean;
}
