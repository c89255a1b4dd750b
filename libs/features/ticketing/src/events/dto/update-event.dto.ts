import { PatchType } from '@gatehouse/validation';
import { EventFields } from './create-event.dto.js';

/** What is absent stays as it is; `null` clears closing date and quotas. */
export class UpdateEventDto extends PatchType(EventFields) {}
