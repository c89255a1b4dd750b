import { EnumField, StringField } from '@gatehouse/validation';
import { PasswordLoginDto } from './password-login.dto.js';

/** A log-in, as JSON or as the form of OAuth 2's password flow (RFC 6749, section 4.3.2). */
export class LoginDto extends PasswordLoginDto {
  @EnumField(['password'], { optional: true, description: 'OAuth 2: the flow' })
  grant_type?: string;

  @StringField({ max: 1000, optional: true, description: 'OAuth 2: not used' })
  scope?: string;

  @StringField({ max: 1000, optional: true, description: 'OAuth 2: not used' })
  client_id?: string;

  @StringField({ max: 1000, optional: true, description: 'OAuth 2: not used' })
  client_secret?: string;
}
