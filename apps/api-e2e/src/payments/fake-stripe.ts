import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request as received. */
export interface StripeRequest {
  path: string;
  headers: IncomingHttpHeaders;
  form: Record<string, string>;
}

interface StripeAnswer {
  status: number;
  body: object;
}

/**
 * Replaces Stripe on a real socket, with the used part of https://docs.stripe.com/api: checkout sessions, refunds,
 * errors, and responses repeated by idempotency key.
 */
export class FakeStripe {
  readonly requests: StripeRequest[] = [];
  /** Errors with which the next requests are refused. */
  readonly refusals: StripeAnswer[] = [];
  /** Status of the following refunds. */
  refundStatus = 'succeeded';
  /** Created sessions; a repeated request creates none. */
  readonly sessions: Record<string, unknown>[] = [];
  readonly refunds: Record<string, unknown>[] = [];
  private readonly kept = new Map<string, { body: string; answer: StripeAnswer }>();
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      void this.answer(request).then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
    });
  }

  static async start(): Promise<FakeStripe> {
    const stripe = new FakeStripe();
    stripe.server.listen(0, '127.0.0.1');
    await once(stripe.server, 'listening');
    return stripe;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  /** @returns the requests since the last call */
  taken(): StripeRequest[] {
    return this.requests.splice(0);
  }

  private async answer(request: IncomingMessage): Promise<StripeAnswer> {
    const body = await text(request);
    const form = Object.fromEntries(new URLSearchParams(body));
    this.requests.push({ path: request.url!, headers: request.headers, form });
    const refusal = this.refusals.shift();
    if (refusal) return refusal;
    const key = String(request.headers['idempotency-key']);
    const before = this.kept.get(key);
    if (before && before.body !== body) return errorOf(400, { type: 'idempotency_error' });
    const answer = before?.answer ?? this.make(request.url!, form);
    this.kept.set(key, { body, answer });
    return answer;
  }

  private make(path: string, form: Record<string, string>): StripeAnswer {
    if (path === '/v1/checkout/sessions') return { status: 200, body: this.session(form) };
    if (path === '/v1/refunds') return { status: 200, body: this.refund(form) };
    return errorOf(404, { type: 'invalid_request_error' });
  }

  private session(form: Record<string, string>): object {
    const id = `cs_test_${this.sessions.length + 1}`;
    const session = {
      id,
      object: 'checkout.session',
      amount_total: Number(form['line_items[0][price_data][unit_amount]']),
      currency: form['line_items[0][price_data][currency]'],
      client_reference_id: form['client_reference_id'],
      expires_at: Number(form['expires_at'] ?? Math.floor(Date.now() / 1000) + 86_400),
      livemode: false,
      mode: form['mode'],
      payment_intent: null,
      payment_status: 'unpaid',
      status: 'open',
      url: `https://checkout.stripe.com/c/pay/${id}`,
    };
    this.sessions.push(session);
    return session;
  }

  private refund(form: Record<string, string>): object {
    const refund = {
      id: `re_${this.refunds.length + 1}`,
      object: 'refund',
      amount: Number(form['amount']),
      currency: 'eur',
      payment_intent: form['payment_intent'],
      status: this.refundStatus,
    };
    this.refunds.push(refund);
    return refund;
  }
}

/** An error in Stripe's format. */
export function errorOf(
  status: number,
  error: { type: string; code?: string; message?: string },
): StripeAnswer {
  return { status, body: { error: { message: 'No', ...error } } };
}
