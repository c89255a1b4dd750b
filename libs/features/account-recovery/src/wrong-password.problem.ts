import { BusinessRuleProblem } from '@gatehouse/http';

/** No 401: the caller's log-in is good. */
export class WrongPasswordProblem extends BusinessRuleProblem {
  constructor() {
    super('The current password is wrong');
  }
}
