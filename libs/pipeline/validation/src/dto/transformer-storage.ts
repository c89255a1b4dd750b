import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** The metadata of class-transformer's decorators, which it does not export; `@nestjs/mapped-types` reads the same. */
export const { defaultMetadataStorage: transformerStorage } =
  require('class-transformer/cjs/storage.js') as typeof import('class-transformer/types/storage.js');
