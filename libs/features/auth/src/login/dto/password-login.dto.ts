import { StringField } from '@gatehouse/validation';

/** A name and its password. */
export class PasswordLoginDto {
  @StringField({ min: 1, max: 254, description: 'The username or the email', example: 'demo' })
  username: string;

  @StringField({ min: 1, max: 1000, example: 'Passw0rd' })
  password: string;
}
