import { createParamDecorator, ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { requestOf, ValidationProblem } from '@gatehouse/http';

const NAME = 'Idempotency-Key';
/** 1 to 255 printable ASCII characters, as a header can carry them. */
const PATTERN = /^[ -~]{1,255}$/;

/**
 * The `Idempotency-Key` header, as plain text or as a quoted string.
 * @throws {ValidationProblem} when it is empty, too long or not printable
 */
export const IdempotencyKey = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const sent = requestOf(context).headers['idempotency-key'];
  if (sent === undefined) return undefined;
  const key = String(sent);
  // The draft of the header quotes it (RFC 8941 3.3.3); most clients do not.
  const bare = /^"(?:[^"\\]|\\["\\])*"$/.test(key) ? key.slice(1, -1).replace(/\\(.)/g, '$1') : key;
  if (PATTERN.test(bare)) return bare;
  const message = `${NAME} must be 1 to 255 printable ASCII characters`;
  throw new ValidationProblem([{ path: NAME, code: 'pattern', message }]);
});

/** Documents the header, which the method receives with {@link IdempotencyKey}. */
export const ApiIdempotencyKey = () =>
  ApiHeader({
    name: NAME,
    required: false,
    schema: { type: 'string', minLength: 1, maxLength: 255 },
    description:
      'Chosen by the client for one purchase: repeated requests within 24 hours create only one ticket.',
    example: 'order-2026-0001',
  });
