import { FeatureModule } from '@gatehouse/modules';
import { ProbeCacheController } from './cache.controller.js';
import { ClosedPermission, Probe, SlowPermission } from './probe.js';
import { ProbeController } from './probe.controller.js';
import { ThingsController } from './things.controller.js';

/** A feature whose routes each test one property of the gate. */
@FeatureModule(
  {
    root: 'probe',
    tag: 'Probe',
    description: 'For the specs.',
    permissions: [{ name: 'probe.use', description: 'Use the probe', defaultRoles: ['moderator'] }],
  },
  {
    controllers: [ProbeController, ProbeCacheController, ThingsController],
    providers: [Probe, SlowPermission, ClosedPermission],
  },
)
export class ProbeModule {}
