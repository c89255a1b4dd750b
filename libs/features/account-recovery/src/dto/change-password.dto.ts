import { PasswordField } from '@gatehouse/users';
import { StringField } from '@gatehouse/validation';

export class ChangePasswordDto {
  @StringField({ min: 1, max: 1000, example: 'Passw0rd' })
  currentPassword: string;

  @PasswordField({ example: 'An0therPassword' })
  newPassword: string;
}
