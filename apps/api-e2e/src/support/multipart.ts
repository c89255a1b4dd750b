const BOUNDARY = 'matrix-boundary';

export interface Part {
  name: string;
  /** Absent for a text. */
  filename?: string;
  type?: string;
  content?: string | Buffer;
}

/** A form as it is sent: {@link multipartBytes} with ASCII contents. */
export function multipart(...parts: Part[]): { raw: string; headers: Record<string, string> } {
  return { raw: multipartBytes(...parts).toString('utf8'), headers: multipartHeaders };
}

export const multipartHeaders = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };

/** The bytes of a form. Names are sent unchanged, so they can be malformed. */
export function multipartBytes(...parts: Part[]): Buffer {
  const end = Buffer.from(`--${BOUNDARY}--\r\n`);
  return Buffer.concat([
    ...parts.flatMap((part) => [partHead(part), Buffer.from(part.content ?? ''), LINE]),
    end,
  ]);
}

const LINE = Buffer.from('\r\n');

/** The boundary and the headers of a part. */
export function partHead({ name, filename, type = 'text/plain' }: Part): Buffer {
  const file = filename === undefined ? '' : `; filename="${filename}"\r\nContent-Type: ${type}`;
  return Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n`);
}
