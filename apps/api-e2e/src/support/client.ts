import { Agent, type IncomingMessage, request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';

export interface ClientAnswer {
  status: number;
  headers: Record<string, string>;
  text: string;
  /** The parsed body if it is JSON. */
  body: any; // eslint-disable-line -- tests inspect any body
  /** Milliseconds from the call to the end of the response. */
  ms: number;
}

export interface ClientOptions {
  token?: string;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent unchanged. */
  raw?: string;
  headers?: Record<string, string>;
}

/** Each concurrent request has its own connection, unlike with `fetch`, whose pool would make them wait. */
const agent = new Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: 64 });

/** Sends requests to one server. */
export class Client {
  constructor(readonly url: string) {}

  get(path: string, options: ClientOptions = {}): Promise<ClientAnswer> {
    return this.send('GET', path, options);
  }

  async send(
    method: string,
    path: string,
    { token, body, raw, headers }: ClientOptions = {},
  ): Promise<ClientAnswer> {
    const startedAt = performance.now();
    const data = body === undefined ? raw : JSON.stringify(body);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = httpRequest(this.url + path, {
        agent,
        method,
        headers: {
          ...(token && { authorization: `Bearer ${token}` }),
          ...(data && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(data) }),
          ...headers,
        },
      });
      request.once('response', resolve).once('error', reject).end(data);
    });
    const answer = await text(response);
    const isJson = /[/+]json/.test(response.headers['content-type'] ?? '') && answer !== '';
    return {
      status: response.statusCode!,
      headers: response.headers as Record<string, string>,
      text: answer,
      body: isJson ? JSON.parse(answer) : undefined,
      ms: performance.now() - startedAt,
    };
  }

  /** @returns the pair of tokens */
  async logIn(
    username = 'admin',
    password = 'Passw0rd',
  ): Promise<{ access_token: string; refresh_token: string }> {
    const {
      status,
      body,
      text: found,
    } = await this.send('POST', '/api/v1/auth/login', {
      body: { username, password },
    });
    if (status !== 200) throw new Error(`${username} could not log in: ${status} ${found}`);
    return body;
  }

  /** @returns an access token */
  async tokenOf(username = 'admin', password?: string): Promise<string> {
    return (await this.logIn(username, password)).access_token;
  }
}
