import { MalformedRequestProblem } from '@gatehouse/http';

/** @throws MalformedRequestProblem for an object that could be parsed, but is nested too deeply to be written again */
export function jsonOf(fields: Record<string, unknown>): string {
  try {
    return JSON.stringify(fields);
  } catch (cause) {
    throw new MalformedRequestProblem('The body is nested too deeply', { cause });
  }
}
