import type { AuditEntry } from '@gatehouse/audit';
import type { Client, Principal } from '@gatehouse/http';

/** What the audit trail says of whoever does something. */
export function by({ id }: Principal, { address }: Client): Pick<AuditEntry, 'actorId' | 'address'> {
  return { actorId: id, address };
}
