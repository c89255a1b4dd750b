import { Agent, type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

export interface Shot {
  /** URL of the server. */
  url: string;
  path: string;
  token?: string;
  body: object;
  headers?: Record<string, string>;
}

export interface Hit {
  status: number;
  body: any; // eslint-disable-line -- tests inspect any body
}

/** Number of connections opened at the same time, limited by the server's accept queue. */
const BATCH = 200;

const agent = new Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: Infinity });

/**
 * Sends many POST requests at the same time: each is sent except for its last byte, and the last bytes follow together
 * when everything else has been sent.
 * @returns the responses in the order of the requests
 */
export async function volley(shots: readonly Shot[]): Promise<Hit[]> {
  const held: { finish(): void; answer: Promise<Hit> }[] = [];
  for (let from = 0; from < shots.length; from += BATCH)
    held.push(...(await Promise.all(shots.slice(from, from + BATCH).map(hold))));
  for (const { finish } of held) finish();
  return Promise.all(held.map(({ answer }) => answer));
}

async function hold({
  url,
  path,
  token,
  body,
  headers,
}: Shot): Promise<{ finish(): void; answer: Promise<Hit> }> {
  const bytes = Buffer.from(JSON.stringify(body));
  const request = httpRequest(url + path, {
    agent,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'content-length': bytes.length,
      ...(token && { authorization: `Bearer ${token}` }),
      ...headers,
    },
  });
  const answer = answerOf(request);
  await new Promise<void>((resolve, reject) => {
    request.once('error', reject);
    request.write(bytes.subarray(0, -1), () => resolve());
  });
  return { finish: () => request.end(bytes.subarray(-1)), answer };
}

async function answerOf(request: ClientRequest): Promise<Hit> {
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const answer = await text(response);
  return { status: response.statusCode!, body: answer === '' ? undefined : JSON.parse(answer) };
}
