import { EnumField, IntegerField, StringField } from '@gatehouse/validation';

const ignored = (example: string, max = 1000): PropertyDecorator =>
  StringField({ max, optional: true, description: 'OAuth 2: not used', example });

/** Fields that OAuth 2 clients send but that have no effect here. */
export class ClientFields {
  @ignored('profile')
  scope?: string;

  @ignored('my-application')
  client_id?: string;

  @ignored('ignored')
  client_secret?: string;

  @ignored('ignored', 8000)
  client_assertion?: string;

  @ignored('urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
  client_assertion_type?: string;
}

/** A refresh, as JSON or as the form of OAuth 2 (RFC 6749, section 6). */
export class RefreshDto extends ClientFields {
  @StringField({
    min: 1,
    max: 1000,
    description: 'The refresh token issued with the last access token',
    example: 'ghr_…',
  })
  refresh_token: string;

  @EnumField(['refresh_token'], {
    optional: true,
    description: 'OAuth 2: the flow',
    example: 'refresh_token',
  })
  grant_type?: string;
}

/** OAuth 2's token response (RFC 6749, section 5.1), which fixes the names of its fields. */
export class TokensDto {
  @StringField({ description: 'For `Authorization: Bearer …`' })
  access_token: string;

  @EnumField(['bearer'])
  token_type: 'bearer';

  @IntegerField({ description: 'Lifetime of the access token in seconds', example: 900 })
  expires_in: number;

  @StringField({ description: 'Valid for one `POST /auth/refresh`' })
  refresh_token: string;
}
