import { FeatureModule } from '@gatehouse/modules';
import { ActionRoutes } from './action-routes.js';
import { EchoController } from './echo.controller.js';

@FeatureModule(
  {
    root: 'actions',
    tag: 'Actions',
    description:
      'Every resource for clients that can only POST: `POST /api/v0/{target}/{create|read|update|delete}` takes and gives ' +
      'one JSON object. Each action is derived from the routes of its resource: the same policies, limits, results and ' +
      'errors, except that a field that is invalid, or that names nothing, is 400 "id is Invalid". Path parameters are ' +
      'fields; `read` with those of one resource gets it, without them lists all. `update` is partial. An empty response ' +
      'is `{}`, and a plain list has `items`. As version 0 says, the names of fields and targets follow those of the routes.',
    operations: ActionRoutes,
  },
  { controllers: [EchoController], providers: [ActionRoutes] },
)
export class ActionsModule {}
