import { EnumField, IntegerField, StringField } from '@gatehouse/validation';

/** OAuth 2's token response (RFC 6749, section 5.1), which fixes the names of its fields. */
export class TokensDto {
  @StringField({ description: 'For `Authorization: Bearer …`' })
  access_token: string;

  @EnumField(['bearer'])
  token_type: 'bearer';

  @IntegerField({ description: 'Life of the access token in seconds', example: 900 })
  expires_in: number;

  @StringField({ description: 'Good for one `POST /auth/refresh`' })
  refresh_token: string;
}
