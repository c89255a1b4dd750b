import { applyDecorators, type ArgumentsHost, Catch, type ExceptionFilter, UseFilters } from '@nestjs/common';
import { SkipThrottle, Throttle } from '@nestjs/throttler';
import { MESSAGE_MAPPING_METADATA, MESSAGE_METADATA, type MessageRequest } from '@gatehouse/http';
import { RequirePermissions } from '@gatehouse/permissions';
import { checkThrottlePolicy } from '@gatehouse/throttle';
import { type EndpointOptions, setEndpoint } from './endpoint-options.js';

/** The options that have a meaning for messages. */
const OPTIONS = new Set<string>([
  'summary',
  'description',
  'permissions',
  'throttle',
] satisfies (keyof EndpointOptions)[]);

/** Answers a message with the problem document of an error. */
@Catch()
class MessageProblemFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    host.getArgByIndex<MessageRequest>(2).refuse(error);
  }
}

/** Whether `@SubscribeMessage()` stands on a method. */
export function isMessageHandler(handler: object): boolean {
  return Reflect.getMetadata(MESSAGE_MAPPING_METADATA, handler) === true;
}

/** The event that a method handles. */
export function eventOf(handler: object): string {
  return Reflect.getMetadata(MESSAGE_METADATA, handler) as string;
}

/** @throws when an option has no meaning for messages */
export function declareMessage(options: EndpointOptions): MethodDecorator {
  const idle = Object.keys(options).find((name) => !OPTIONS.has(name));
  if (idle) throw new Error(`@Endpoint() of a message has no option "${idle}"`);
  const { permissions, throttle } = options;
  return applyDecorators(
    RequirePermissions(permissions),
    ...(throttle === false ? [SkipThrottle()] : []),
    ...(throttle ? [Throttle({ default: checkThrottlePolicy(throttle) })] : []),
    // Nest applies no global filters to messages.
    UseFilters(new MessageProblemFilter()),
    (_target: object, _key: string | symbol, descriptor: PropertyDescriptor) =>
      setEndpoint(descriptor.value as object, options),
  );
}
