import { EmailField } from '@gatehouse/users';

export class ForgotPasswordDto {
  @EmailField()
  email: string;
}
