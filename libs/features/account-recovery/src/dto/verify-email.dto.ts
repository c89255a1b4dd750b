import { TokenField } from './token.field.js';

export class VerifyEmailDto {
  @TokenField()
  token: string;
}
