import { TypeOrmModule } from '@nestjs/typeorm';
import { ListingModule } from '@gatehouse/listing';
import { FeatureModule } from '@gatehouse/modules';
import { AuditEvent } from './audit-event.entity.js';
import { AuditTrail } from './audit-trail.js';
import { AuditController } from './audit.controller.js';
import { CreateAuditEvents1760000000005 } from './migrations/1760000000005-create-audit-events.js';
import { AuditSettings } from './audit.settings.js';

@FeatureModule(
  {
    root: 'audit',
    tag: 'Audit',
    description:
      'Security events of accounts, log-ins and permissions. Recorded by the features, never changed.',
    permissions: [{ name: 'audit.read', description: 'Read the audit trail', defaultRoles: [] }],
    settings: AuditSettings,
    entities: [AuditEvent],
    migrations: [CreateAuditEvents1760000000005],
  },
  {
    imports: [ListingModule, TypeOrmModule.forFeature([AuditEvent])],
    controllers: [AuditController],
    providers: [AuditTrail],
    exports: [AuditTrail],
  },
)
export class AuditModule {}
