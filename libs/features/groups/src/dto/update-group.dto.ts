import { PatchType } from '@gatehouse/validation';
import { CreateGroupDto } from './create-group.dto.js';

/** What is absent stays as it is; `null` clears the description. */
export class UpdateGroupDto extends PatchType(CreateGroupDto) {}
