import type { QuotaDto } from './dto/quota.dto.js';

/** The counters that event, session and category have. */
export interface Counters {
  /** `null`: unlimited. */
  quota: number | null;
  /** Places of pending and confirmed tickets. Kept by the trigger on the tickets, and by nothing else. */
  usedQuota: number;
}

export function toQuotaDto({ quota, usedQuota }: Counters): QuotaDto {
  return { quota, used: usedQuota, remaining: quota === null ? null : quota - usedQuota };
}
