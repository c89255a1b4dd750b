import { ConnectedSocket, MessageBody, SubscribeMessage } from '@nestjs/websockets';
import { Endpoint } from '@gatehouse/gate';
import { Public } from '@gatehouse/permissions';
import { minutes } from '@gatehouse/throttle';
import { StringField } from '@gatehouse/validation';
import type { ClientSocket } from './client-socket.js';
import { SocketGateway } from './gateway.decorator.js';
import { SocketAuthentication } from './socket-authentication.js';

export class AuthDto {
  @StringField({ min: 1, max: 2000 })
  token: string;
}

@SocketGateway()
export class AuthGateway {
  constructor(private readonly authentication: SocketAuthentication) {}

  @Endpoint({
    summary: 'Authenticate by an access token or an API key, or replace one that expires soon',
    permissions: Public,
    throttle: { limit: 60, ttl: minutes(1) },
  })
  @SubscribeMessage('auth')
  async auth(@MessageBody() { token }: AuthDto, @ConnectedSocket() socket: ClientSocket) {
    const { id, username } = await this.authentication.authenticate(socket, token);
    return { event: 'auth', data: { userId: id, username } };
  }
}
