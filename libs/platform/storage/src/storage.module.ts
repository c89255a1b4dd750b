import { Environment } from '@gatehouse/config';
import { FeatureModule } from '@gatehouse/modules';
import { HealthService } from '@gatehouse/observability';
import { Orphans } from './orphans.js';
import { Storage } from './storage.js';
import { StorageSettings } from './storage.settings.js';

/** Loads the client of S3, which takes memory, only where it is used. */
async function createStorage(settings: StorageSettings, environment: Environment): Promise<Storage> {
  if (settings.S3_BUCKET) return new (await import('./s3-storage.js')).S3Storage(settings);
  return new (await import('./local-storage.js')).LocalStorage(settings.folder(environment));
}

/** The storage of files. Declared like a feature, because it has settings. */
@FeatureModule(
  {
    root: 'storage',
    tag: 'Storage',
    description: 'Where the contents of files are stored.',
    settings: StorageSettings,
  },
  {
    providers: [
      {
        provide: Storage,
        useFactory: createStorage,
        inject: [StorageSettings, Environment],
      },
      Orphans,
    ],
    exports: [Storage, Orphans],
  },
)
export class StorageModule {
  constructor(storage: Storage, health: HealthService) {
    if (storage.check) health.register('storage', () => storage.check!(), { optional: true });
  }
}
