import { createParamDecorator, ExecutionContext } from '@nestjs/common';
import { requestOf } from './execution-context.js';

/** The {@link Principal} of the request; `undefined` on a public endpoint that is called anonymously. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext) => {
  return requestOf(context).gate.principal;
});
