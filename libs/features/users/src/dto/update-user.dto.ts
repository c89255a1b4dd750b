import { PatchType } from '@gatehouse/validation';
import { ReplaceUserDto } from './replace-user.dto.js';

/** What is absent stays as it is; `null` clears `fullName` and `age`. */
export class UpdateUserDto extends PatchType(ReplaceUserDto) {}
