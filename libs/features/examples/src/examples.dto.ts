import { IntegerField, StringField } from '@gatehouse/validation';

export class AccessDto {
  @StringField({ max: 100, example: 'Access granted' })
  message: string;
}

/** What arrived in a stream. */
export class UploadDto {
  @IntegerField({ min: 0, max: Number.MAX_SAFE_INTEGER, example: 10 })
  bytes: number;

  @IntegerField({
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    description: 'Number of pieces in which the bytes arrived.',
    example: 1,
  })
  chunks: number;

  @StringField({
    pattern: /^[\da-f]{64}$/,
    max: 64,
    description: 'SHA-256 of the bytes, hexadecimal.',
    example: 'd3f82f4c7deb0fd3a0081ee7d4c50cb2a0e69fc87b97ad999b5a139a4446314d',
  })
  sha256: string;
}
