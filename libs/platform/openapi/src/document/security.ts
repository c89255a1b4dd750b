import type { OpenAPIObject } from '@nestjs/swagger';
import type { OperationPolicy } from './operation-policy.js';

type Requirement = NonNullable<OpenAPIObject['security']>[number];
type Schemes = NonNullable<NonNullable<OpenAPIObject['components']>['securitySchemes']>;

/** The ways to authenticate, as Swagger UI lists them: `login` asks for name and password. */
export const securitySchemes = (base = ''): Schemes => ({
  login: {
    type: 'oauth2',
    description: 'Logs in with username (or email) and password.',
    flows: {
      password: {
        tokenUrl: `${base}/api/v1/auth/login`,
        refreshUrl: `${base}/api/v1/auth/refresh`,
        scopes: {},
      },
    },
  },
  bearer: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'The `access_token` of a log-in, as it is.',
  },
  apiKey: {
    type: 'apiKey',
    in: 'header',
    name: 'X-API-Key',
    description: 'A key of `POST /auth/api-keys`.',
  },
  cookie: {
    type: 'apiKey',
    in: 'cookie',
    name: 'gatehouse_session',
    description:
      'The cookie of `POST /auth/session`; in production its name starts with `__Host-`. Unsafe methods need a ' +
      'same-origin `Origin` or `Sec-Fetch-Site` header, which browsers send by themselves.',
  },
  metricsToken: {
    type: 'http',
    scheme: 'bearer',
    description: 'The `METRICS_TOKEN` of the server. Without one, loopback and private addresses need none.',
  },
});

/** One of these is enough; a public operation needs none. */
export function securityOf({ permissions, security, apiKeys }: OperationPolicy): Requirement[] {
  if (permissions === 'public') return [];
  if (security) return [{ [security]: [] }];
  return [{ login: [] }, { bearer: [] }, { cookie: [] }, ...(apiKeys ? [{ apiKey: [] }] : [])];
}
