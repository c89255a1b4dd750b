import type { Message } from '@gatehouse/notifications';
import type { EventFields } from './event.dto.js';

/** Topic of those who want to know of new events. */
export const NEW_EVENTS = 'ticketing.new-events';

/** What they are told of one. Times are in UTC. */
export function newEventMessage({ name, openDate, closeDate }: EventFields): Message {
  const from = `A new event, on sale from ${utc(openDate)}`;
  return { title: name, body: closeDate ? `${from} until ${utc(closeDate)}.` : `${from}.` };
}

function utc(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
