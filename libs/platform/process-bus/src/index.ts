export { ProcessBus } from './process-bus.js';
export { ProcessBusModule } from './process-bus.module.js';
