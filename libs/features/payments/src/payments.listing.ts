import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CursorPageOf, Listings, PageOf } from '@gatehouse/listing';
import { type ListPaymentsQuery, PaymentDto, paymentsListing } from './payment.dto.js';
import { Payment } from './payment.entity.js';

@Injectable()
export class PaymentsListing {
  constructor(
    private readonly dataSource: DataSource,
    private readonly listings: Listings,
  ) {}

  async list(query: ListPaymentsQuery): Promise<PageOf<PaymentDto> | CursorPageOf<PaymentDto>> {
    const { outcome, refund, feature } = query;
    const rows = this.dataSource.manager.createQueryBuilder(Payment, 'payment');
    if (outcome !== undefined) rows.andWhere('payment.outcome = :outcome', { outcome });
    if (refund !== undefined) rows.andWhere('payment.refund = :refund', { refund });
    if (feature !== undefined) rows.andWhere('payment.feature = :feature', { feature });
    return this.listings.list(rows, query, paymentsListing);
  }
}
