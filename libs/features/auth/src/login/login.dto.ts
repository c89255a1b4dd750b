import { ApiPropertyOptional } from '@nestjs/swagger';
import { ValidateIf } from 'class-validator';
import { EnumField, StringField } from '@gatehouse/validation';
import { NewAccountDto } from '@gatehouse/users';
import { ClientFields } from '../tokens/tokens.dto.js';

const refreshes = ({ grant_type }: LoginDto): boolean => grant_type === 'refresh_token';
const logsIn = (dto: LoginDto): boolean => !refreshes(dto);

/**
 * A log-in, as JSON or as the form of OAuth 2's password flow (RFC 6749, section 4.3.2); or a refresh (section 6),
 * for clients that support a single token endpoint.
 */
export class LoginDto extends ClientFields {
  @ValidateIf(logsIn)
  @StringField({ min: 1, max: 254, description: 'The username or the email', example: 'demo' })
  username: string;

  @ValidateIf(logsIn)
  @StringField({ min: 1, max: 1000, example: 'Passw0rd' })
  password: string;

  @EnumField(['password', 'refresh_token'], { optional: true, description: 'OAuth 2: the flow' })
  grant_type?: string;

  @ApiPropertyOptional()
  @ValidateIf((dto: LoginDto) => refreshes(dto) || dto.refresh_token !== undefined)
  @StringField({
    min: 1,
    max: 1000,
    description: 'Replaces username and password in the flow of that name',
  })
  refresh_token?: string;
}

/** A name and its password. */
export class PasswordLoginDto {
  @StringField({ min: 1, max: 254, description: 'The username or the email', example: 'demo' })
  username: string;

  @StringField({ min: 1, max: 1000, example: 'Passw0rd' })
  password: string;
}

export class RegisterDto extends NewAccountDto {}
