import { StringField } from '@gatehouse/validation';

export class RefreshDto {
  @StringField({
    min: 1,
    max: 1000,
    description: 'The one that came with the last access token',
    example: 'ghr_…',
  })
  refresh_token: string;
}
