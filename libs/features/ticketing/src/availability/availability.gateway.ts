import { ConnectedSocket, MessageBody, type OnGatewayDisconnect, SubscribeMessage } from '@nestjs/websockets';
import { Endpoint } from '@gatehouse/gate';
import { Public } from '@gatehouse/permissions';
import { type ClientSocket, SocketGateway } from '@gatehouse/sockets';
import { SubscriptionDto } from '../ticketing.dto.js';
import { AvailabilityFeed } from './availability-feed.js';

@SocketGateway()
export class AvailabilityGateway implements OnGatewayDisconnect<ClientSocket> {
  constructor(private readonly feed: AvailabilityFeed) {}

  @Endpoint({
    summary: 'Watch the number of places left for an event',
    description: 'Pushes `availability` now and at each change. Changes in quick succession are merged.',
    permissions: Public,
  })
  @SubscribeMessage('subscribe')
  subscribe(@MessageBody() { eventId }: SubscriptionDto, @ConnectedSocket() socket: ClientSocket) {
    return this.feed.subscribe(eventId, socket);
  }

  @Endpoint({ summary: 'Stop watching an event', permissions: Public })
  @SubscribeMessage('unsubscribe')
  unsubscribe(@MessageBody() { eventId }: SubscriptionDto, @ConnectedSocket() socket: ClientSocket) {
    this.feed.unsubscribe(eventId, socket);
  }

  handleDisconnect(socket: ClientSocket): void {
    this.feed.drop(socket);
  }
}
