import { UnauthenticatedProblem } from '@gatehouse/http';

/** Credentials were sent, but they are invalid. The reason is not revealed. */
export class InvalidCredentialsProblem extends UnauthenticatedProblem {
  constructor(detail = 'Invalid authentication credentials') {
    super(detail, 'Bearer error="invalid_token"');
  }
}

/** An invalid session cookie was sent. The answer clears it. */
export class InvalidCookieProblem extends InvalidCredentialsProblem {
  /** @param clearing value of `Set-Cookie` */
  constructor(clearing: string) {
    super();
    this.headers['set-cookie'] = clearing;
  }
}
