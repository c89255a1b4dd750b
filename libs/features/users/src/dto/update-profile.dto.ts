import { OmitType } from '@nestjs/swagger';
import { UpdateUserDto } from './update-user.dto.js';

/**
 * What people may change of their own account: never their role, nor whether it is active; and their address only
 * by the link that is sent to the new one.
 */
export class UpdateProfileDto extends OmitType(UpdateUserDto, ['role', 'isActive', 'email']) {}
