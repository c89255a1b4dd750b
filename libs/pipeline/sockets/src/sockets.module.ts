import { Module } from '@nestjs/common';
import { Sockets } from './sockets.js';

/** For features that push to clients. */
@Module({ providers: [Sockets], exports: [Sockets] })
export class SocketsModule {}
