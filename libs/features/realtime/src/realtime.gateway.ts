import { ConnectedSocket, MessageBody, type OnGatewayDisconnect, SubscribeMessage } from '@nestjs/websockets';
import { Endpoint } from '@gatehouse/gate';
import { everyCaller } from '@gatehouse/permissions';
import { type ClientSocket, SocketGateway } from '@gatehouse/sockets';
import { minutes } from '@gatehouse/throttle';
import { EchoDto, RoomDto, SayDto } from './realtime.dto.js';
import { Rooms, USE_ROOMS } from './rooms.js';

@SocketGateway()
export class RealtimeGateway implements OnGatewayDisconnect<ClientSocket> {
  constructor(private readonly rooms: Rooms) {}

  @Endpoint({ summary: 'Return a text', permissions: everyCaller })
  @SubscribeMessage('echo')
  echo(@MessageBody() { value }: EchoDto) {
    return { event: 'echo', data: `Message text was: ${value}` };
  }

  @Endpoint({ summary: 'Join a room', permissions: USE_ROOMS })
  @SubscribeMessage('join')
  join(@MessageBody() { room }: RoomDto, @ConnectedSocket() socket: ClientSocket) {
    return { event: 'join', data: this.rooms.join(room, socket) };
  }

  @Endpoint({ summary: 'Leave a room', permissions: USE_ROOMS })
  @SubscribeMessage('leave')
  leave(@MessageBody() { room }: RoomDto, @ConnectedSocket() socket: ClientSocket) {
    return this.rooms.leave(room, socket);
  }

  @Endpoint({
    summary: 'Say something to all members of a room',
    permissions: USE_ROOMS,
    throttle: { limit: 60, ttl: minutes(1) },
  })
  @SubscribeMessage('say')
  say(@MessageBody() { room, text }: SayDto, @ConnectedSocket() socket: ClientSocket) {
    return this.rooms.say(room, text, socket);
  }

  handleDisconnect(socket: ClientSocket): Promise<void> {
    return this.rooms.drop(socket);
  }
}
