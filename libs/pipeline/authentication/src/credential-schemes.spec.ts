import { Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ConfigModule, loadEnvironment } from '@gatehouse/config';
import { FeatureModule, FeaturesModule } from '@gatehouse/modules';
import { expect, it } from 'vitest';
import { AuthenticateBy, type CredentialScheme } from './credential-scheme.js';
import { CredentialSchemes } from './credential-schemes.js';

class Scheme implements CredentialScheme {
  readonly security = {};
  authenticate = () => undefined;
}
class Bearer extends Scheme {}
class Badge extends Scheme {}
class Coin extends Scheme {}

const byToken = async () => undefined;

class Handlers {
  plain(): void {}

  @AuthenticateBy(Coin)
  own(): void {}

  @AuthenticateBy([Coin, byToken])
  several(): void {}
}

const feature = (
  root: string,
  credentialSchemes: Type<CredentialScheme>[],
  providers = credentialSchemes,
) => {
  class Feature {}
  FeatureModule({ root, tag: root, description: '', credentialSchemes }, { providers })(Feature);
  return Feature;
};

const start = async (...features: Type<unknown>[]): Promise<CredentialSchemes> => {
  @Module({
    imports: [ConfigModule.forRoot(loadEnvironment({})), FeaturesModule.forRoot(features)],
    providers: [CredentialSchemes, Coin],
  })
  class TestModule {}
  const options = { logger: false as const, abortOnError: false };
  return (await NestFactory.createApplicationContext(TestModule, options)).get(CredentialSchemes);
};

it('asks the schemes that the features declare, in their order, unless a handler has its own', async () => {
  const schemes = await start(feature('a', [Bearer]), feature('b', [Badge]));
  const asked = (handler: object): Function[] => schemes.of(handler).map((scheme) => scheme.constructor);
  expect(asked(Handlers.prototype.plain)).toEqual([Bearer, Badge]);
  expect(asked(Handlers.prototype.own)).toEqual([Coin]);
});

it('stops the start when a declared scheme is not a provider', async () => {
  await expect(start(feature('a', [Bearer], []))).rejects.toThrow('Bearer');
});

it('asks several ways of a handler in their order, of which a function is documented by its name', async () => {
  const schemes = await start(feature('a', [Bearer]));
  const [first, second, ...rest] = schemes.of(Handlers.prototype.several);
  expect(first).toBeInstanceOf(Coin);
  expect(second!.authenticate).toBe(byToken);
  expect(second!.security).toMatchObject({ byToken: { type: 'http', scheme: 'byToken' } });
  expect(rest).toEqual([]);
});

it('refuses an empty list, and a function without a name', () => {
  expect(() => AuthenticateBy([])).toThrow('must name a scheme');
  expect(() => AuthenticateBy(async () => undefined)).toThrow('must have a name');
});
