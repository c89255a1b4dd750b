export { comparable } from './comparable.js';
export { CREATE_SEARCHABLE } from './searchable.sql.js';
