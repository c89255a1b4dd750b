export { Endpoint } from './endpoint.decorator.js';
export { GateModule } from './gate.module.js';
export { IfMatch, representationTag } from './if-match.decorator.js';
export { Middlewares } from './middlewares.decorator.js';
export { Messages } from './messages.js';
export { AtMost, OneOf } from './response-type.js';
export { responseSerializer } from './response-serializer.js';
export { operationPolicies } from './operation-policies.js';
export { type Alias, type Route, RouteTable } from './route-table.js';
