import { StringField } from '@gatehouse/validation';
import { EmailField, PasswordField } from '@gatehouse/users';

/** The secret of a link. A malformed one gets the same answer as an invalid one. */
function TokenField(): PropertyDecorator {
  const description = 'Value of `#token=` in the link';
  return StringField({ min: 1, max: 1000, description, example: 'gha_…' });
}

export class ForgotPasswordDto {
  @EmailField()
  email: string;
}

export class ResetPasswordDto {
  @TokenField()
  token: string;

  @PasswordField()
  password: string;
}

export class ChangePasswordDto {
  @StringField({ min: 1, max: 1000, example: 'Passw0rd' })
  currentPassword: string;

  @PasswordField({ example: 'An0therPassword' })
  newPassword: string;
}

export class VerifyEmailDto {
  @TokenField()
  token: string;
}

export class ChangeEmailDto {
  @EmailField({ description: 'The new address' })
  email: string;

  @StringField({ min: 1, max: 1000, description: 'The current password', example: 'Passw0rd' })
  password: string;
}
