import type { Message } from '@gatehouse/notifications';
import type { EventFields } from './event.dto.js';

/** Topic of new events. */
export const NEW_EVENTS = 'ticketing.new-events';

/** The message to its subscribers. Times are in UTC. */
export function newEventMessage({ name, openDate, closeDate }: EventFields): Message {
  const from = `A new event, on sale from ${utc(openDate)}`;
  return { title: name, body: closeDate ? `${from} until ${utc(closeDate)}.` : `${from}.` };
}

function utc(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
