import { PasswordField } from '../user.fields.js';

export class SetPasswordDto {
  @PasswordField()
  password: string;
}
