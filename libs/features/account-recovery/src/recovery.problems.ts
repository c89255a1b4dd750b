import { BusinessRuleProblem } from '@gatehouse/http';

/** The same for a link that never was, was used, has expired or is for something else. */
export class InvalidLinkProblem extends BusinessRuleProblem {
  constructor() {
    super('This link is invalid or has expired');
  }
}

/** No 401: the caller's log-in is good. */
export class WrongPasswordProblem extends BusinessRuleProblem {
  constructor() {
    super('The current password is wrong');
  }
}
