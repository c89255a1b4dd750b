export { Endpoint } from './endpoint.decorator.js';
export { endpointOf, type EndpointOptions } from './endpoint-options.js';
export { GateModule } from './gate.module.js';
export { IfMatch } from './if-match.decorator.js';
export { Middlewares } from './middlewares.decorator.js';
export { AtMost, OneOf, type ResponseType } from './response-type.js';
export { operationPolicies } from './operation-policies.js';
export { type Route, RouteTable } from './route-table.js';
