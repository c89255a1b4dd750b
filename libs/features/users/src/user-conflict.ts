import { uniqueViolation } from '@gatehouse/database';
import { ConflictProblem } from '@gatehouse/http';

const messages = new Map([
  ['users_email_key', 'User with this email already exists'],
  ['users_username_key', 'User with this username already exists'],
]);

/**
 * Writes a user. Whether email and username are free is the unique indexes' decision, which holds for any number
 * of simultaneous requests.
 *
 * @throws {ConflictProblem} when one of them is taken
 */
export async function refusingDuplicates<T>(write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    const message = messages.get(uniqueViolation(error) ?? '');
    throw message ? new ConflictProblem(message) : error;
  }
}
