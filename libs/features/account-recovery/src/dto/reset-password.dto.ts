import { PasswordField } from '@gatehouse/users';
import { TokenField } from './token.field.js';

export class ResetPasswordDto {
  @TokenField()
  token: string;

  @PasswordField()
  password: string;
}
