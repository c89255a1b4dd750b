import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { discard, readBytes } from '@gatehouse/validation';
import type { ReceivedDto } from './payment.dto.js';
import { PaymentReceiver } from './payment-receiver.js';
import { PaymentProvider } from './provider/payment-provider.js';

const MAX_BODY_BYTES = 64 * 1024;

@Injectable()
export class WebhookService {
  constructor(
    private readonly receiver: PaymentReceiver,
    @Inject(PaymentProvider) private readonly provider: PaymentProvider,
  ) {}

  /**
   * @param body body as received: the signature covers its bytes
   * @throws {InvalidWebhookProblem} when it is not from the provider
   */
  async receive(body: Readable, headers: IncomingHttpHeaders): Promise<ReceivedDto> {
    const bytes = await readAll(body);
    const event = this.provider.readEvent(bytes, headers);
    if (event) await this.receiver.receive(event);
    return { received: true };
  }
}

async function readAll(body: Readable): Promise<Buffer> {
  try {
    return await readBytes(body, MAX_BODY_BYTES);
  } catch (error) {
    discard(body);
    throw error;
  }
}
