import { IntegerField } from '@gatehouse/validation';
import { QuotaField } from './ticketing.fields.js';

/** How many places there are, and how many are left. */
export class QuotaDto {
  @QuotaField()
  quota: number | null;

  @IntegerField({ description: 'Places of pending and confirmed tickets.', example: 42 })
  used: number;

  @IntegerField({ nullable: true, description: '`null`: unlimited.', example: 458 })
  remaining: number | null;
}
