import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '@gatehouse/audit';
import { Environment } from '@gatehouse/config';
import { ListingModule } from '@gatehouse/listing';
import { FeatureModule } from '@gatehouse/modules';
import { Checkout } from './checkout.entity.js';
import { Checkouts } from './checkouts.js';
import { CreatePayments1760000000009 } from './migrations/1760000000009-create-payments.js';
import { CheckoutPages } from './pages/checkout-pages.js';
import { CheckoutViews } from './pages/checkout-views.js';
import { Payment } from './payment.entity.js';
import { PaymentCallbacks } from './payment-callbacks.js';
import { PaymentReceiver } from './payment-receiver.js';
import { PaymentsController, WebhookController } from './payments.controller.js';
import { PaymentsService } from './payments.service.js';
import { createProvider } from './provider/create-provider.js';
import { PaymentProvider } from './provider/payment-provider.js';
import { Refunds } from './refunds.js';
import { SandboxDeliveries } from './sandbox/sandbox-deliveries.js';
import { SandboxDelivery } from './sandbox/sandbox-delivery.entity.js';
import { PaymentsSettings } from './payments.settings.js';

const entities = [Checkout, Payment, SandboxDelivery];

@FeatureModule(
  {
    root: 'payments',
    tag: 'Payments',
    description: 'Checkouts of the features that sell, payments that the provider reports, and refunds.',
    permissions: [{ name: 'payments.read', description: 'List payments and refunds', defaultRoles: [] }],
    settings: PaymentsSettings,
    entities,
    migrations: [CreatePayments1760000000009],
  },
  {
    imports: [TypeOrmModule.forFeature(entities), AuditModule, ListingModule],
    controllers: [PaymentsController, WebhookController],
    providers: [
      { provide: PaymentProvider, useFactory: createProvider, inject: [Environment, PaymentsSettings] },
      Checkouts,
      CheckoutPages,
      CheckoutViews,
      PaymentCallbacks,
      PaymentReceiver,
      PaymentsService,
      Refunds,
      SandboxDeliveries,
    ],
    exports: [Checkouts],
  },
)
export class PaymentsModule {}
