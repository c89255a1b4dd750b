/** Milliseconds that an answer may take: far below the lease of a refund. */
const TIMEOUT_MS = 10_000;

/** The version of the API that the requests and events here are written for. */
const API_VERSION = '2024-06-20';

/** A refusal by Stripe. */
export class StripeError extends Error {
  /** @param code Stripe's own word for it, e.g. `charge_already_refunded` */
  constructor(
    readonly status: number,
    readonly code: string | undefined,
    message: string,
  ) {
    super(`Stripe answered ${status}: ${message}`);
    this.name = 'StripeError';
  }
}

/** Fields of a request; names of nested ones are written `line_items[0][quantity]`. */
export type StripeForm = Readonly<Record<string, string>>;

/** Calls Stripe's API, as https://docs.stripe.com/api describes it. */
export class StripeClient {
  /**
   * @param apiKey secret or restricted key
   * @param apiUrl `https://api.stripe.com`, or a server that stands in for it
   */
  constructor(
    private readonly apiKey: string,
    private readonly apiUrl: string,
  ) {}

  /**
   * @param idempotencyKey for a day, the same key gives the same answer and nothing is done twice
   * @throws {StripeError} when it refuses; what fetch throws, when there is no answer
   */
  async post(path: string, form: StripeForm, idempotencyKey: string): Promise<Record<string, unknown>> {
    const response = await fetch(`${this.apiUrl}/v1/${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${this.apiKey}`,
        'idempotency-key': idempotencyKey,
        'stripe-version': API_VERSION,
      },
      body: new URLSearchParams(form),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const answer = (await response.json()) as Record<string, unknown>;
    if (!response.ok) throw refusal(response.status, answer);
    return answer;
  }
}

function refusal(status: number, { error }: Record<string, unknown>): StripeError {
  const { code, message = 'no reason given' } = (error ?? {}) as { code?: string; message?: string };
  return new StripeError(status, code, message);
}
