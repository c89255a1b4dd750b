import { MalformedRequestProblem } from '@gatehouse/http';
import type { FastifyRequest } from 'fastify';
import { isFields } from '../dto/sift.js';
import { DEFAULT_BODY_LIMIT } from '../route/inputs-of.js';
import { BodyReader } from './body-reader.js';
import { checkFieldCount } from './parse.js';

const reader = new BodyReader({
  dto: undefined,
  types: ['application/json'],
  ignored: new Set(),
  limit: DEFAULT_BODY_LIMIT,
  isOptional: false,
  isStream: false,
  files: new Map(),
});

/**
 * Reads a body of up to 128 KB whose fields no DTO describes.
 * @throws Problem 400 when it is not a JSON object, or has more than 1,000 fields; 413 or 415
 */
export async function readObject(request: FastifyRequest): Promise<Record<string, unknown>> {
  const { value } = await reader.read(request);
  if (!isFields(value)) throw new MalformedRequestProblem('The body must be a JSON object');
  checkFieldCount(Object.keys(value).length, 'The body');
  return value;
}
