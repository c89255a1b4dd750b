import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '@gatehouse/audit';
import { FailedJob } from '@gatehouse/jobs';
import { ListingModule } from '@gatehouse/listing';
import { FeatureModule } from '@gatehouse/modules';
import { FailedJobsController } from './failed-jobs.controller.js';
import { FailedJobsService } from './failed-jobs.service.js';

@FeatureModule(
  {
    root: 'jobs',
    tag: 'Jobs',
    description: 'Background jobs that have failed at their last attempt.',
    permissions: [{ name: 'jobs.manage', description: 'See failed jobs and retry them', defaultRoles: [] }],
    entities: [FailedJob],
  },
  {
    imports: [AuditModule, ListingModule, TypeOrmModule.forFeature([FailedJob])],
    controllers: [FailedJobsController],
    providers: [FailedJobsService],
  },
)
export class JobsAdminModule {}
