import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { CredentialScheme } from '@gatehouse/authentication';
import { InvalidCredentialsProblem } from './invalid-credentials.problem.js';

/** Knows callers by `X-API-Key`. No keys are issued yet, so each is refused, as every unknown key will be. */
@Injectable()
export class ApiKeyScheme implements CredentialScheme {
  authenticate(request: FastifyRequest): undefined {
    if (request.headers['x-api-key'] !== undefined) throw new InvalidCredentialsProblem('Invalid API Key');
  }
}
