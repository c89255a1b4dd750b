export { ProcessBus } from './process-bus.js';
export type { Apply } from './process-bus.js';
export { ProcessBusModule } from './process-bus.module.js';
