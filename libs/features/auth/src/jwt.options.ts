import { createSecretKey } from 'node:crypto';
import type { JwtModuleOptions } from '@nestjs/jwt';
import type { Environment } from '@gatehouse/config';

const ISSUER = 'gatehouse';
const AUDIENCE = 'gatehouse-api';

/** A key object, because `jsonwebtoken` tries to parse a string as a public key at every call. */
export function jwtOptions({ JWT_SECRET, ACCESS_TOKEN_TTL_SECONDS }: Environment): JwtModuleOptions {
  return {
    secret: createSecretKey(JWT_SECRET, 'utf8'),
    signOptions: {
      algorithm: 'HS256',
      issuer: ISSUER,
      audience: AUDIENCE,
      expiresIn: ACCESS_TOKEN_TTL_SECONDS,
    },
    verifyOptions: { algorithms: ['HS256'], issuer: ISSUER, audience: AUDIENCE },
  };
}
