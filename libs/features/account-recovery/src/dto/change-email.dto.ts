import { EmailField } from '@gatehouse/users';
import { StringField } from '@gatehouse/validation';

export class ChangeEmailDto {
  @EmailField({ description: 'The new address' })
  email: string;

  @StringField({ min: 1, max: 1000, description: 'The current password', example: 'Passw0rd' })
  password: string;
}
