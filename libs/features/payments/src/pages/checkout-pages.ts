import type { Readable } from 'node:stream';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Environment } from '@gatehouse/config';
import { NotFoundProblem, prefersHtml, sendProblem } from '@gatehouse/http';
import { discard } from '@gatehouse/validation';
import { checkoutPage, CONTENT_SECURITY_POLICY, unknownPage } from './checkout-page.js';
import { CheckoutViews } from './checkout-views.js';
import { PaymentProvider } from '../provider/payment-provider.js';

type CheckoutRequest = FastifyRequest<{ Params: { id: string } }>;

/**
 * Serves `/checkout/{id}`, where the payer pays or is redirected to the provider, and the return pages. Anyone who
 * knows the URL may pay: only the payer knows it, and it allows nothing else.
 */
@Injectable()
export class CheckoutPages implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly environment: Environment,
    private readonly views: CheckoutViews,
    @Inject(PaymentProvider) private readonly provider: PaymentProvider,
  ) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter?.getInstance<FastifyInstance>();
    if (!fastify) return;
    fastify.get('/checkout/:id', { errorHandler }, async ({ params }: CheckoutRequest, reply) => {
      const { checkout, state, elsewhere } = await this.views.open(params.id);
      return elsewhere
        ? reply.redirect(elsewhere, 303)
        : show(reply, checkoutPage(checkout, state, this.environment.basePath));
    });
    for (const result of ['paid', 'cancelled'] as const) {
      fastify.get(`/checkout/:id/${result}`, { errorHandler }, async ({ params }: CheckoutRequest, reply) => {
        const { checkout, state } = await this.views.returnFrom(params.id, result);
        return show(reply, checkoutPage(checkout, state, this.environment.basePath));
      });
    }
    if (this.provider.name === 'sandbox') this.registerSandbox(fastify);
  }

  private registerSandbox(fastify: FastifyInstance): void {
    for (const [action, kind] of [
      ['pay', 'paid'],
      ['decline', 'declined'],
    ] as const) {
      fastify.post(`/checkout/:id/${action}`, { errorHandler }, async (request: CheckoutRequest, reply) => {
        discard((request.body ?? request.raw) as Readable);
        await this.views.settle(request.params.id, kind);
        return reply.redirect(`/checkout/${request.params.id}`, 303);
      });
    }
  }
}

/** Answers errors with a page for people, and with a problem document for programs. */
function errorHandler(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  reply.header('vary', `${String(reply.getHeader('vary'))}, Accept`);
  if (error instanceof NotFoundProblem && prefersHtml(request)) show(reply.code(404), unknownPage());
  else sendProblem(error, request, reply);
}

function show(reply: FastifyReply, page: string): FastifyReply {
  return reply
    .header('cache-control', 'no-store')
    .header('content-security-policy', CONTENT_SECURITY_POLICY)
    .type('text/html; charset=utf-8')
    .send(page);
}
