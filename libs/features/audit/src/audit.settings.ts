import { Int } from '@gatehouse/config';

export class AuditSettings {
  /** Retention of the audit trail in days. */
  @Int(1, 36_500)
  AUDIT_RETENTION_DAYS = 365;
}
