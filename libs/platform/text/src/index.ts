export { comparable } from './comparable.js';
export { CREATE_SEARCHABLE } from './searchable.sql.js';
export { isSecretName, REDACTED, redactText, registerSecretKind, registerSecretSetting } from './secrets.js';
export { logScope } from './log-scope.js';
export { textTable } from './text-table.js';
