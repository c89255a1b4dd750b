export { Endpoint } from './endpoint.decorator.js';
export { GateModule } from './gate.module.js';
export { IfMatch } from './if-match.decorator.js';
export { Middlewares } from './middlewares.decorator.js';
export { Messages } from './messages.js';
export { AtMost, OneOf } from './response-type.js';
export { operationPolicies } from './operation-policies.js';
export { RouteTable } from './route-table.js';
