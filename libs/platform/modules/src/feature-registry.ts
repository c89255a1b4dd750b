import { DynamicModule, Global, Module, Type } from '@nestjs/common';
import type { FeatureDeclaration } from './feature-declaration.js';
import { declarationsOf } from './feature-module.decorator.js';

/** The features that the application consists of. */
export class FeatureRegistry {
  constructor(readonly declarations: readonly FeatureDeclaration[]) {}
}

/** Imports the features and makes what they declare injectable as {@link FeatureRegistry}. */
@Global()
@Module({})
export class FeaturesModule {
  static forRoot(modules: readonly Type<unknown>[]): DynamicModule {
    const registry = new FeatureRegistry(declarationsOf(modules));
    return {
      module: FeaturesModule,
      imports: [...modules],
      providers: [{ provide: FeatureRegistry, useValue: registry }],
      exports: [FeatureRegistry],
    };
  }
}
