import { createParamDecorator, ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { entityTag, Precondition, requestOf, versionTag } from '@gatehouse/http';
import { responseSerializer } from './response-serializer.js';
import type { ResponseType } from './response-type.js';

const conditional = new WeakSet<object>();
const tagged = new WeakSet<object>();

/**
 * Gives a PUT, PATCH or DELETE handler the {@link Precondition} that its service checks once the resource is locked.
 * Also documents the header and the 412, and adds the matching `ETag` to every response with the same DTO.
 * @param representation what GET returns at the same path
 */
export function IfMatch(representation: ResponseType): ParameterDecorator {
  const serialize = (resource: unknown) => responseSerializer(representation)(resource);
  const precondition = createParamDecorator(
    (_: unknown, context: ExecutionContext) =>
      new Precondition(requestOf(context).headers, (resource) =>
        representationTag(resource, serialize(resource)),
      ),
  );
  tagged.add(representation);
  return (target, key, index) => {
    const descriptor = Object.getOwnPropertyDescriptor(target, key!)!;
    conditional.add(descriptor.value as object);
    ApiHeader({
      name: 'If-Match',
      required: false,
      description: 'ETag of the version to change. The response is 412 when it is not the current version.',
      example: '"v1"',
    })(target, key!, descriptor);
    precondition()(target, key, index);
  };
}

/** Whether a handler declares {@link IfMatch}. */
export function isConditional(handler: object): boolean {
  return conditional.has(handler);
}

/** Whether responses of this type carry an `ETag` even when they answer a write. */
export function isTagged(response: ResponseType | undefined): boolean {
  return response !== undefined && tagged.has(response);
}

/** Derived from the version when the representation has one, otherwise from its text. */
export function representationTag(resource: unknown, text: string): string {
  const { version } = (resource ?? {}) as { version?: unknown };
  return typeof version === 'number' ? versionTag(version) : entityTag(text);
}
