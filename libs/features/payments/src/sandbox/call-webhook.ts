import { request } from 'node:http';

/** Timeout of a response in milliseconds. */
const TIMEOUT_MS = 10_000;

export interface WebhookCall {
  address: string;
  port: number;
  path: string;
  /** Includes `host`, which `fetch` would not send. */
  headers: Record<string, string>;
  body: string;
}

/** Sends a POST request. @returns the status of the response */
export function callWebhook({ address, port, path, headers, body }: WebhookCall): Promise<number> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const outgoing = request({ host: address, port, path, method: 'POST', headers, agent: false, signal });
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      response
        .on('error', reject)
        .on('end', () => resolve(response.statusCode!))
        .resume();
    });
    outgoing.end(body);
  });
}
