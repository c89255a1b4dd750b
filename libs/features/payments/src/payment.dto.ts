import {
  BooleanField,
  DateTimeField,
  EnumField,
  IntegerField,
  StringField,
  UuidField,
} from '@gatehouse/validation';
import { type ListingOptions, ListQuery, SortField } from '@gatehouse/listing';
import { type Outcome, outcomes, type RefundState, refundStates } from './payment.entity.js';

/** A payment as shown to administrators. */
export class PaymentDto {
  @UuidField()
  id: string;

  @UuidField({ example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7082' })
  checkoutId: string;

  @StringField({ max: 50, description: 'Name of the selling feature', example: 'ticketing' })
  feature: string;

  @StringField({
    max: 100,
    description: 'Id of the purchased item',
    example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7083',
  })
  reference: string;

  @StringField({ max: 20, example: 'sandbox' })
  provider: string;

  @StringField({ max: 255, description: 'The provider’s id of the payment', example: 'pi_3P' })
  providerPaymentId: string;

  @IntegerField({ min: 0, description: 'Amount actually paid, in the currency’s minor units', example: 2500 })
  amountCents: number;

  @StringField({ min: 3, max: 3, description: 'ISO 4217', example: 'EUR' })
  currency: string;

  @EnumField(outcomes)
  outcome: Outcome;

  @EnumField(refundStates, { nullable: true, description: 'Null when no refund is needed' })
  refund: RefundState | null;

  @DateTimeField()
  receivedAt: Date;

  @DateTimeField({ nullable: true })
  refundedAt: Date | null;
}

export const paymentsListing: ListingOptions = {
  keys: { receivedAt: { by: 'payment.receivedAt', type: 'timestamptz' } },
  unique: { by: 'payment.id', type: 'uuid' },
  defaultSort: '-receivedAt',
};

export class ListPaymentsQuery extends ListQuery {
  @SortField(paymentsListing)
  override sort?: string;

  @EnumField(outcomes, {
    optional: true,
    description: 'Only payments with this outcome.',
  })
  outcome?: Outcome;

  @EnumField(refundStates, {
    optional: true,
    description: 'Only payments whose refund is in this state.',
  })
  refund?: RefundState;

  @StringField({
    min: 1,
    max: 50,
    optional: true,
    description: 'Name of the selling feature',
    example: 'ticketing',
  })
  feature?: string;
}

/** The response to the provider. */
export class ReceivedDto {
  @BooleanField({ example: true })
  received: boolean;
}
