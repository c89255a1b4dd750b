import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '@gatehouse/audit';
import { FeatureModule } from '@gatehouse/modules';
import { StorageModule } from '@gatehouse/storage';
import { FileDownloads } from './file-downloads.js';
import { StoredFile } from './file.entity.js';
import { FilesController } from './files.controller.js';
import { FilesService } from './files.service.js';
import { FilesSettings } from './files.settings.js';
import { CreateFiles1760000000012 } from './migrations/1760000000012-create-files.js';
import { MANAGE, USE } from './permissions.js';

@FeatureModule(
  {
    root: 'files',
    tag: 'Files',
    description: 'Files that users upload.',
    permissions: [
      {
        name: USE,
        description: 'Upload files, and download and delete your own',
        defaultRoles: ['moderator', 'user'],
      },
      { name: MANAGE, description: 'Download and delete the files of all users', defaultRoles: [] },
    ],
    settings: FilesSettings,
    entities: [StoredFile],
    migrations: [CreateFiles1760000000012],
  },
  {
    imports: [TypeOrmModule.forFeature([StoredFile]), AuditModule, StorageModule],
    controllers: [FilesController],
    providers: [FilesService, FileDownloads],
  },
)
export class FilesModule {}
