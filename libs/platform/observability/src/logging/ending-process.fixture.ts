import { exitOnFatalErrors } from './fatal-errors.js';
import { createLogger } from './logger.js';

/** A process that logs and then ends in the way given by its argument. */
const logger = createLogger('info');
exitOnFatalErrors(logger);
logger.info('before the end');
const end = process.argv[2];
if (end === 'exit') process.exit(0);
if (end === 'reject') void Promise.reject(new Error('boom, token=s3cr3t'));
if (end === 'throw-later') setTimeout(() => JSON.parse('{'), 1);
