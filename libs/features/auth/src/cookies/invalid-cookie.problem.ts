import { InvalidCredentialsProblem } from '../invalid-credentials.problem.js';

/** A session cookie was sent that is not good. The answer clears it. */
export class InvalidCookieProblem extends InvalidCredentialsProblem {
  /** @param clearing value of `Set-Cookie` */
  constructor(clearing: string) {
    super();
    this.headers['set-cookie'] = clearing;
  }
}
