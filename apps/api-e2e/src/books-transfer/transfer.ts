import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface ImportResult {
  imported: number;
  updated: number;
  rejected: number;
  errors: { line: number; reason: string }[];
}

/** Imports a CSV stream. @returns the last line of the response */
export async function importCsv(url: string, token: string, csv: Readable): Promise<ImportResult> {
  const request = httpRequest(`${url}/api/v1/books/import`, {
    method: 'POST',
    agent: false,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'text/csv' },
  });
  const answered = once(request, 'response');
  await pipeline(csv, request);
  const [response] = (await answered) as [IncomingMessage];
  let last = '';
  for await (const line of createInterface({ input: response })) last = line;
  if (response.statusCode !== 200)
    throw new Error(`The import was answered with ${response.statusCode}: ${last}`);
  return JSON.parse(last) as ImportResult;
}

/** Exports all books line by line. @returns the number of bytes and lines */
export async function exportBooks(
  url: string,
  format: 'csv' | 'ndjson',
  each: (line: string) => void = () => undefined,
): Promise<{ bytes: number; lines: number }> {
  const request = httpRequest(`${url}/api/v1/books/export?format=${format}`, { agent: false }).end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let bytes = 0;
  let lines = 0;
  response.on('data', (chunk: Buffer) => (bytes += chunk.length));
  for await (const line of createInterface({ input: response })) {
    lines++;
    each(line);
  }
  return { bytes, lines };
}
