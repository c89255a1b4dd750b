import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '@gatehouse/audit';
import { FeatureModule } from '@gatehouse/modules';
import { StorageModule } from '@gatehouse/storage';
import { UsersModule } from '@gatehouse/users';
import { AvatarsController } from './avatars.controller.js';
import { Avatars } from './avatars.service.js';
import { CoversController } from './covers.controller.js';
import { Covers } from './covers.service.js';
import { CreatePictures1760000000013 } from './migrations/1760000000013-create-pictures.js';
import { Picture } from './picture.entity.js';
import { Pictures } from './pictures.service.js';

@FeatureModule(
  {
    root: 'pictures',
    tag: 'Pictures',
    description: 'Covers of books and avatars of users.',
    entities: [Picture],
    migrations: [CreatePictures1760000000013],
  },
  {
    imports: [TypeOrmModule.forFeature([Picture]), AuditModule, StorageModule, UsersModule],
    controllers: [CoversController, AvatarsController],
    providers: [Pictures, Covers, Avatars],
  },
)
export class PicturesModule {}
