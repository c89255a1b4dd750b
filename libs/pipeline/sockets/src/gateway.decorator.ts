import { WebSocketGateway } from '@nestjs/websockets';

/** Path at which clients open a WebSocket. */
export const SOCKET_PATH = '/ws';

/**
 * Marks a class whose methods handle messages of the application's WebSocket. Each is declared by
 * `@SubscribeMessage(event)` with `@Endpoint` above it. A payload that is no object is the field `value` of its DTO.
 */
export const SocketGateway = (): ClassDecorator => WebSocketGateway({ path: SOCKET_PATH });
