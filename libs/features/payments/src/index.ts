export { Checkouts, type Checkout, type NewCheckout } from './checkouts.js';
