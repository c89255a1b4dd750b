import { ApiProperty } from '@nestjs/swagger';
import { ListQuery } from '@gatehouse/listing';
import { EnumField, StringField } from '@gatehouse/validation';
import { type Outcome, outcomes, type RefundState, refundStates } from '../payment.entity.js';

export class ListPaymentsQuery extends ListQuery {
  @ApiProperty({
    description: '`receivedAt`, `-` for descending. Default `-receivedAt`.',
    example: '-receivedAt',
  })
  override sort?: string;

  @EnumField(outcomes, { optional: true, example: 'accepted' })
  outcome?: Outcome;

  @EnumField(refundStates, { optional: true, example: 'due' })
  refund?: RefundState;

  @StringField({ min: 1, max: 50, optional: true, description: 'Root of the feature that sold' })
  feature?: string;
}
