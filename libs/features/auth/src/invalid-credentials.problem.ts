import { UnauthenticatedProblem } from '@gatehouse/http';

/** Credentials were sent, but they are not good. Why not is nobody's business. */
export class InvalidCredentialsProblem extends UnauthenticatedProblem {
  constructor(detail = 'Invalid authentication credentials') {
    super(detail, 'Bearer error="invalid_token"');
  }
}

/** A session cookie was sent that is not good. The answer clears it. */
export class InvalidCookieProblem extends InvalidCredentialsProblem {
  /** @param clearing value of `Set-Cookie` */
  constructor(clearing: string) {
    super();
    this.headers['set-cookie'] = clearing;
  }
}
