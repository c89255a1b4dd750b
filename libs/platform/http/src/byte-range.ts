import type { FastifyRequest } from 'fastify';
import { isCurrent } from './conditional.js';
import { Problem } from './problem.js';

/** The range cannot be served, since the representation is shorter (RFC 9110, section 15.5.17). */
export class RangeNotSatisfiableProblem extends Problem {
  /** @param size bytes of the whole representation */
  constructor(size: number) {
    super('range-not-satisfiable', `The content has ${size} bytes`, {
      headers: { 'content-range': `bytes */${size}` },
    });
  }
}

const ONE_RANGE = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i;

/**
 * Returns the part of a representation that a GET asks for (RFC 9110, section 14). A request for several parts gets
 * the whole, as does one whose `If-Range` names another version.
 * @param size bytes of the whole representation
 * @param tag its entity tag
 * @returns first and last byte, both included; `undefined` for the whole
 * @throws {RangeNotSatisfiableProblem}
 */
export function requestedRange(
  request: FastifyRequest,
  size: number,
  tag: string,
): { start: number; end: number } | undefined {
  const { range, 'if-range': ifRange } = request.headers;
  if (range === undefined || request.method !== 'GET' || isCurrent(request, tag)) return undefined;
  if (ifRange !== undefined && ifRange !== tag) return undefined;
  const [, first = '', last = ''] = ONE_RANGE.exec(range) ?? [];
  if (first === '' && last === '') return undefined;
  const start = first === '' ? Math.max(size - Number(last), 0) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  if (start >= size) throw new RangeNotSatisfiableProblem(size);
  return { start, end };
}
