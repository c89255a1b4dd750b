import { EnumField, StringField } from '@gatehouse/validation';

/** A log-in, as JSON or as the form of OAuth 2's password flow (RFC 6749, section 4.3.2). */
export class LoginDto {
  @StringField({ min: 1, max: 254, description: 'The username or the email', example: 'demo' })
  username: string;

  @StringField({ min: 1, max: 1000, example: 'Passw0rd' })
  password: string;

  @EnumField(['password'], { optional: true, description: 'OAuth 2: the flow' })
  grant_type?: string;

  @StringField({ max: 1000, optional: true, description: 'OAuth 2: not used' })
  scope?: string;

  @StringField({ max: 1000, optional: true, description: 'OAuth 2: not used' })
  client_id?: string;

  @StringField({ max: 1000, optional: true, description: 'OAuth 2: not used' })
  client_secret?: string;
}
