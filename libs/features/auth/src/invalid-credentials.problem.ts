import { UnauthenticatedProblem } from '@gatehouse/http';

/** Credentials were sent, but they are not good. Why not is nobody's business. */
export class InvalidCredentialsProblem extends UnauthenticatedProblem {
  constructor(detail = 'Invalid authentication credentials') {
    super(detail, 'Bearer error="invalid_token"');
  }
}
