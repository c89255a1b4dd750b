import { createParamDecorator, ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { entityTag, Precondition, requestOf, versionTag } from '@gatehouse/http';
import { responseSerializer } from './response-serializer.js';
import type { ResponseType } from './response-type.js';

const conditional = new WeakSet<object>();
const tagged = new WeakSet<object>();

/**
 * Gives a PUT, PATCH or DELETE handler the {@link Precondition} that its service requires once the resource is locked.
 * This is also the declaration of the header and of the 412 in the documentation, and makes every response with the
 * same DTO carry the `ETag` that the condition is about.
 *
 * @param representation what GET answers with at the same path
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
      description:
        'The ETag of the version that is to be changed. If it is not the current one, the answer is 412.',
      example: '"v1"',
    })(target, key!, descriptor);
    precondition()(target, key, index);
  };
}

/** Whether a handler declares {@link IfMatch}. */
export function isConditional(handler: object): boolean {
  return conditional.has(handler);
}

/** Whether responses of this type carry an `ETag` also where they answer a write. */
export function isTagged(response: ResponseType | undefined): boolean {
  return response !== undefined && tagged.has(response);
}

/** Of the version, if the representation has one that changes with it, else of its text. */
export function representationTag(resource: unknown, text: string): string {
  const { version } = (resource ?? {}) as { version?: unknown };
  return typeof version === 'number' ? versionTag(version) : entityTag(text);
}
