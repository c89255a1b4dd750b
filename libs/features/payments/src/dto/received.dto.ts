import { BooleanField } from '@gatehouse/validation';

/** The answer to the provider. */
export class ReceivedDto {
  @BooleanField({ example: true })
  received: boolean;
}
