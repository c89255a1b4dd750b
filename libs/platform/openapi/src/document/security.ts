import type { OpenAPIObject } from '@nestjs/swagger';
import type { OperationPolicy } from './operation-policy.js';

type Requirement = NonNullable<OpenAPIObject['security']>[number];
type Schemes = NonNullable<NonNullable<OpenAPIObject['components']>['securitySchemes']>;

/** The ways to authenticate, as Swagger UI lists them. `login` makes its Authorize button ask for name and password. */
export const securitySchemes: Schemes = {
  login: {
    type: 'oauth2',
    description: 'Logs in with username (or email) and password.',
    flows: { password: { tokenUrl: '/api/v1/auth/login', refreshUrl: '/api/v1/auth/refresh', scopes: {} } },
  },
  bearer: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'The `access_token` of a log-in, as it is.',
  },
};

/** One of these is enough; a public operation needs none. */
export function securityOf({ permissions }: OperationPolicy): Requirement[] {
  return permissions === 'public' ? [] : [{ login: [] }, { bearer: [] }];
}
