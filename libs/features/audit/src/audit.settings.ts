import { Int } from '@gatehouse/config';

export class AuditSettings {
  /** Days that the audit trail is kept. */
  @Int(1, 36_500)
  AUDIT_RETENTION_DAYS = 365;
}
