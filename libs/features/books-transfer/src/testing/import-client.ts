import type { ProblemDocument } from '@gatehouse/http';
import type { Rejection } from '../import-record.js';

export interface ImportAnswer {
  status: number;
  type: string;
  /** All lines of the response. */
  lines: Record<string, unknown>[];
  last: {
    imported: number;
    updated: number;
    rejected: number;
    errors: Rejection[];
    error: ProblemDocument;
  };
}

type Body = RequestInit['body'];

/** Imports a body and reads the whole response. */
export async function sendImport(
  url: string,
  body: Body,
  headers: Record<string, string> = { 'content-type': 'text/csv' },
): Promise<ImportAnswer> {
  const response = await fetch(`${url}/import`, {
    method: 'POST',
    body,
    headers,
    duplex: 'half',
  } as RequestInit);
  const lines = (await response.text())
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    lines,
    last: lines.at(-1) as unknown as ImportAnswer['last'],
  };
}
