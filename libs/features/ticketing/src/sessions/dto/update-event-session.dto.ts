import { PatchType } from '@gatehouse/validation';
import { EventSessionFields } from './create-event-session.dto.js';

/** What is absent stays as it is; a quota of `null` is unlimited. */
export class UpdateEventSessionDto extends PatchType(EventSessionFields) {}
