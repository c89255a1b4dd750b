export { Checkouts, type OpenedCheckout } from './checkouts.js';
export type { PaymentCallback, ReceivedPayment } from './payment-callbacks.js';
export { PaymentsModule } from './payments.module.js';
export { PaymentsSettings } from './payments.settings.js';
