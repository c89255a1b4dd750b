import { BusinessRuleProblem, Principal } from '@gatehouse/http';

/**
 * Callers who manage users must also give their current password to change their own: an unattended browser must not be
 * enough to take over the account.
 *
 * @throws {BusinessRuleProblem}
 */
export function refuseOwnPassword(caller: Principal, userId: string): void {
  if (caller.id !== userId) return;
  throw new BusinessRuleProblem('Change your own password at /auth/change-password, with the current one');
}

/**
 * The caller's own new address counts only after it has been confirmed from its mailbox.
 *
 * @param email the one that the user is to have
 * @throws {BusinessRuleProblem}
 */
export function refuseOwnEmail(caller: Principal, user: { id: string; email: string }, email: string): void {
  if (caller.id !== user.id || email === user.email) return;
  throw new BusinessRuleProblem('Change your own email at /auth/change-email');
}
