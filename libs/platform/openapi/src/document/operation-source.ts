import type { Type } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import { featureOptions } from '@gatehouse/modules';
import type { Schemas } from './schemas.js';

/** Documents routes that no controller declares. */
export interface OperationSource {
  /**
   * @param paths all other operations, complete
   * @param schemas schemas to which they refer, by name
   * @returns the additional operations
   */
  operations(paths: OpenAPIObject['paths'], schemas: Schemas): OpenAPIObject['paths'];
}

declare module '@gatehouse/modules' {
  interface FeatureDeclaration {
    /** Provider that documents routes which the module registers without a controller. */
    operations?: Type<OperationSource>;
  }
}
featureOptions.add('operations');
