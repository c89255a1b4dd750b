import { BusinessRuleProblem, ForbiddenProblem } from '@gatehouse/http';
import type { Offer } from './offer.js';

/**
 * Checks the rules of a sale that precede those on quotas, in the order on which clients rely.
 * @throws {BusinessRuleProblem} or {ForbiddenProblem} for the first violation
 */
export function requireOnSale(offer: Offer): void {
  const { event, category, session } = offer;
  refuseIf(event.disabled, 'Event is disabled');
  refuseIf(category.disabled, 'Category is disabled');
  refuseIf(session.disabled, 'Session is disabled');
  refuseIf(!offer.isOpen, 'Ticket creation date cannot be before event open date');
  refuseIf(offer.isClosed, 'Ticket creation date cannot be after event close date');
  refuseIf(!offer.sessionIsOfEvent, 'Session does not belong to event');
  refuseIf(!offer.sessionIsOfCategory, 'Session is not available for category');
  if (!offer.isMember)
    throw new ForbiddenProblem('User does not have the required membership for this category');
}

/**
 * Checks the quotas, in the order on which clients rely. Only the transaction that takes the place is decisive; this
 * determines the reason.
 * @throws {BusinessRuleProblem} for the first exhausted quota
 */
export function requirePlace(
  { event, category, session, priceCents, unpaid }: Offer,
  maxUnpaid: number,
): void {
  refuseIf(isReached(event.userQuota, event.userUsed), 'User event quota exceeded');
  refuseIf(isReached(category.userQuota, category.userUsed), 'User category quota exceeded');
  refuseIf(isReached(session.userQuota, session.userUsed), 'User session quota exceeded');
  refuseIf(priceCents > 0 && unpaid >= maxUnpaid, 'User has too many unpaid tickets');
  refuseIf(isReached(event.quota, event.used), 'Event quota exceeded');
  refuseIf(isReached(category.quota, category.used), 'Category quota exceeded');
  refuseIf(isReached(session.quota, session.used), 'Session quota exceeded');
}

function isReached(quota: number | null, used: number): boolean {
  return quota !== null && used >= quota;
}

function refuseIf(isBroken: boolean, text: string): void {
  if (isBroken) throw new BusinessRuleProblem(text);
}
