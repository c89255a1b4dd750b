import { DynamicModule, Global, Module, Type } from '@nestjs/common';
import { Environment } from '@gatehouse/config';
import type { FeatureDeclaration } from './feature-declaration.js';
import { declarationsOf, settingsOf } from './feature-module.decorator.js';

/** The features of the application. */
export class FeatureRegistry {
  constructor(readonly declarations: readonly FeatureDeclaration[]) {}

  /** The role that has every permission. */
  get master(): string | undefined {
    return this.declarations.flatMap(({ roles }) => roles ?? [])[0];
  }
}

/** Imports the features, and makes their settings and their declarations, as {@link FeatureRegistry}, injectable. */
@Global()
@Module({})
export class FeaturesModule {
  static forRoot(modules: readonly Type<unknown>[]): DynamicModule {
    const registry = new FeatureRegistry(declarationsOf(modules));
    const settings = settingsOf(modules);
    return {
      module: FeaturesModule,
      imports: [...modules],
      providers: [
        { provide: FeatureRegistry, useValue: registry },
        ...settings.map((part) => ({
          provide: part,
          useFactory: (environment: Environment) => environment.of(part),
          inject: [Environment],
        })),
      ],
      exports: [FeatureRegistry, ...settings],
    };
  }
}
