import { Injectable, type Type } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { GATEWAY_METADATA } from '@gatehouse/http';
import { permissionsOf } from '@gatehouse/permissions';
import { ThrottlePolicies } from '@gatehouse/throttle';
import { eventOf, isMessageHandler } from './message.js';
import type { Policy } from './route-table.js';

/** A message of the WebSocket with its resolved policy. */
export interface Message extends Policy {
  event: string;
  gateway: Type;
}

/** All messages that the gateways of the application handle. */
@Injectable()
export class Messages {
  private found: readonly Message[] | undefined;

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly throttles: ThrottlePolicies,
  ) {}

  /** Once the modules are instantiated. */
  get all(): readonly Message[] {
    return (this.found ??= this.discovery
      .getProviders()
      .filter(({ metatype }) => metatype && Reflect.hasMetadata(GATEWAY_METADATA, metatype))
      .flatMap(({ metatype }) => this.messagesOf(metatype as Type)));
  }

  private messagesOf(gateway: Type): Message[] {
    const prototype = gateway.prototype as Record<string, Message['handler']>;
    return this.scanner
      .getAllMethodNames(prototype)
      .map((name) => prototype[name]!)
      .filter(isMessageHandler)
      .map((handler) => ({
        event: eventOf(handler),
        gateway,
        handler,
        permissions: permissionsOf(handler),
        throttles: this.throttles.of(gateway, handler),
      }));
  }
}
