import { BusinessRuleProblem, Principal } from '@gatehouse/http';

/**
 * Whoever manages users proves who they are to change their own password, as everybody does: a browser that somebody
 * left open must not be enough to take the account.
 *
 * @throws {BusinessRuleProblem}
 */
export function refuseOwnPassword(caller: Principal, userId: string): void {
  if (caller.id !== userId) return;
  throw new BusinessRuleProblem('Change your own password at /auth/change-password, with the current one');
}

/**
 * A new address of one's own counts only when its mailbox has confirmed it.
 *
 * @param email the one that the user is to have
 * @throws {BusinessRuleProblem}
 */
export function refuseOwnEmail(caller: Principal, user: { id: string; email: string }, email: string): void {
  if (caller.id !== user.id || email === user.email) return;
  throw new BusinessRuleProblem('Change your own email at /auth/change-email');
}
