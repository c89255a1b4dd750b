import { uniqueViolation } from '@gatehouse/database';
import { ConflictProblem } from '@gatehouse/http';

/**
 * Writes a group. Whether its name is free is the unique index's decision, which holds for any number of simultaneous
 * requests.
 *
 * @throws {ConflictProblem} when it is taken
 */
export async function refusingDuplicates<T>(write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    if (uniqueViolation(error) !== 'groups_name_key') throw error;
    throw new ConflictProblem('Group with this name already exists');
  }
}
