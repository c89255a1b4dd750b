export * from './feature-declaration.js';
export { declarationsOf, FeatureModule } from './feature-module.decorator.js';
export { FeatureRegistry, FeaturesModule } from './feature-registry.js';
export { inOrder, runFactories } from './run-factories.js';
