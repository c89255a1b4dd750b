import { FeatureModule } from '@gatehouse/modules';
import { ExamplesController } from './examples.controller.js';
import { StreamsService } from './streams.service.js';

@FeatureModule(
  {
    root: 'examples',
    tag: 'Examples',
    description: 'A route with its own way to authenticate, and streams in both directions.',
  },
  { controllers: [ExamplesController], providers: [StreamsService] },
)
export class ExamplesModule {}
