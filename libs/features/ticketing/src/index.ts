export { ExpiredTickets } from './tickets/expired-tickets.js';
export { PurchaseKeys } from './tickets/purchase-keys.js';
export { TicketingModule } from './ticketing.module.js';
export { TicketPayments } from './tickets/ticket-payments.js';
