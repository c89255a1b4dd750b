import { FeatureModule } from '@gatehouse/modules';
import { SocketsModule } from '@gatehouse/sockets';
import { RealtimeGateway } from './realtime.gateway.js';
import { Rooms, USE_ROOMS } from './rooms.js';

@FeatureModule(
  {
    root: 'realtime',
    tag: 'Realtime',
    description: 'Messages over the WebSocket at `/ws`: an echo, and rooms in which clients talk.',
    permissions: [
      {
        name: USE_ROOMS,
        description: 'Join rooms of the WebSocket and speak in them',
        defaultRoles: ['moderator', 'user'],
      },
    ],
  },
  { imports: [SocketsModule], providers: [RealtimeGateway, Rooms] },
)
export class RealtimeModule {}
