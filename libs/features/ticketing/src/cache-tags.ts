/** Cache tag of all that shows events. Nothing that is cached shows counters, so no sale drops it. */
export const EVENTS = 'ticketing-events';
