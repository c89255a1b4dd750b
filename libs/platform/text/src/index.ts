export { comparable } from './comparable.js';
