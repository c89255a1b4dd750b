import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { type CursorPageOf, Listings, type PageOf } from '@gatehouse/listing';
import { type ListPaymentsQuery, PaymentDto, paymentsListing } from './payment.dto.js';
import { Payment } from './payment.entity.js';

@Injectable()
export class PaymentsService {
  constructor(
    @InjectRepository(Payment) private readonly payments: Repository<Payment>,
    private readonly listings: Listings,
  ) {}

  list(query: ListPaymentsQuery): Promise<PageOf<PaymentDto> | CursorPageOf<PaymentDto>> {
    const { outcome, refund, feature } = query;
    const rows = this.payments.createQueryBuilder('payment');
    if (outcome !== undefined) rows.andWhere('payment.outcome = :outcome', { outcome });
    if (refund !== undefined) rows.andWhere('payment.refund = :refund', { refund });
    if (feature !== undefined) rows.andWhere('payment.feature = :feature', { feature });
    return this.listings.list(rows, query, paymentsListing);
  }
}
