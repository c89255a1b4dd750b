export { countDeadlocks, findViolations, type Query } from './testing/sold-places.js';
