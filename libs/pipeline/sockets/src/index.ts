export { ClientSocket } from './client-socket.js';
export { SocketGateway } from './gateway.decorator.js';
export { opensSocket, SocketAdapter } from './socket-adapter.js';
export { SocketServerModule } from './socket-server.module.js';
export { Sockets, socketTimes } from './sockets.js';
export { SocketsModule } from './sockets.module.js';
