import { Environment } from '@gatehouse/config';
import { FeatureModule } from '@gatehouse/modules';
import { LocalStorage } from './local-storage.js';
import { Storage } from './storage.js';
import { StorageSettings } from './storage.settings.js';

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
        useFactory: (settings: StorageSettings, environment: Environment): Storage =>
          new LocalStorage(settings.folder(environment)),
        inject: [StorageSettings, Environment],
      },
    ],
    exports: [Storage],
  },
)
export class StorageModule {}
