import { setTimeout as sleep } from 'node:timers/promises';
import { isSerializationFailure, isStalePlan } from './postgres-errors.js';

const ATTEMPTS = 3;
const MAX_PAUSE_MS = 50;

/**
 * Calls `run` again when its statement or transaction failed because of a deadlock, a serialization failure or a
 * migration, and therefore had no effect.
 */
export async function retryLost<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (attempt === ATTEMPTS || !(isSerializationFailure(error) || isStalePlan(error))) throw error;
      await sleep(Math.random() * MAX_PAUSE_MS);
    }
  }
}
