export { describeFeature } from './describe-feature.js';
export * from './feature-declaration.js';
export { declarationsOf, FeatureModule, settingsOf } from './feature-module.decorator.js';
export { FeatureRegistry, FeaturesModule } from './feature-registry.js';
export { moduleTable } from './module-table.js';
export { runFactories } from './run-factories.js';
