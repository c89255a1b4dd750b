// needs: books-transfer
import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';

export const CSV_HEADER = 'title,author,description,rating,isbn\n';

/** The nth row of a CSV file. */
export function csvLine(n: number, description = 'One of many.'): string {
  return `Line ${n},A. Writer,${description},3,978${String(n).padStart(10, '0')}\n`;
}

/** An import whose file is sent piece by piece. */
export class SlowUpload {
  private readonly request: ClientRequest;
  private readonly response: Promise<IncomingMessage>;

  constructor(url: string, token: string) {
    this.request = httpRequest(`${url}/api/v1/books/import`, {
      method: 'POST',
      agent: false,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'text/csv' },
    });
    this.response = once(this.request, 'response').then(([response]) => response as IncomingMessage);
    this.response.catch(() => undefined);
    this.send(CSV_HEADER);
  }

  send(chunk: string): void {
    this.request.write(chunk);
  }

  /** Ends the file. @returns the status and the last line of the response */
  async end(): Promise<{ status: number; last: Record<string, unknown> }> {
    this.request.end();
    const response = await this.response;
    const lines = (await text(response)).trimEnd().split('\n');
    return { status: response.statusCode!, last: JSON.parse(lines.at(-1)!) };
  }
}

/** A download that is only read on request. */
export class SlowDownload {
  private constructor(private readonly response: IncomingMessage) {}

  static async begin(url: string): Promise<SlowDownload> {
    const request = httpRequest(url, { agent: false }).end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return new SlowDownload(response);
  }

  /** @returns all lines @throws when the response is incomplete */
  async finish(): Promise<string[]> {
    return (await text(this.response)).trimEnd().split('\n');
  }
}
