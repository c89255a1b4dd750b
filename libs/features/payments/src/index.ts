export { Checkouts, type OpenedCheckout, type NewCheckout } from './checkouts.js';
export { PaymentsModule } from './payments.module.js';
export { PaymentsSettings } from './payments.settings.js';
