import { BusinessRuleProblem } from '@gatehouse/http';

/** The same error for a link that never existed, was used, has expired or has another purpose. */
export class InvalidLinkProblem extends BusinessRuleProblem {
  constructor() {
    super('This link is invalid or has expired');
  }
}

/** Not a 401, since the caller is logged in. */
export class WrongPasswordProblem extends BusinessRuleProblem {
  constructor() {
    super('The current password is wrong');
  }
}
