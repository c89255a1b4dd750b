import { type ListingOptions, ListQuery, SortField } from '@gatehouse/listing';
import { EnumField, StringField } from '@gatehouse/validation';
import { type Outcome, outcomes, type RefundState, refundStates } from '../payment.entity.js';

export const paymentsListing: ListingOptions = {
  keys: { receivedAt: { by: 'payment.receivedAt', type: 'timestamptz' } },
  unique: { by: 'payment.id', type: 'uuid' },
  defaultSort: '-receivedAt',
};

export class ListPaymentsQuery extends ListQuery {
  @SortField(paymentsListing)
  override sort?: string;

  @EnumField(outcomes, { optional: true, description: 'Only payments that ended so.', example: 'accepted' })
  outcome?: Outcome;

  @EnumField(refundStates, {
    optional: true,
    description: 'Only payments whose refund is in this state.',
    example: 'due',
  })
  refund?: RefundState;

  @StringField({
    min: 1,
    max: 50,
    optional: true,
    description: 'Root of the feature that sold',
    example: 'ticketing',
  })
  feature?: string;
}
