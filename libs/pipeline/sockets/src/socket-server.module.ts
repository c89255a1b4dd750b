import { Module } from '@nestjs/common';
import { GateModule } from '@gatehouse/gate';
import { AuthGateway } from './auth.gateway.js';
import { SocketAuthentication } from './socket-authentication.js';
import { SocketsModule } from './sockets.module.js';

/** For the application, whose `SocketAdapter` opens the sockets. */
@Module({ imports: [GateModule, SocketsModule], providers: [SocketAuthentication, AuthGateway] })
export class SocketServerModule {}
