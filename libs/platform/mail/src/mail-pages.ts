import { Injectable, OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { validate as isUuid } from 'uuid';
import { NotFoundProblem } from '@gatehouse/http';
import { Environment } from '@gatehouse/config';
import { KeptMails } from '../kept-mails.js';
import { MailSettings } from '../mail.settings.js';
import { CONTENT_SECURITY_POLICY, listPage, mailPage } from './mail-page.js';
import { isOwnHost } from './own-host.js';

/**
 * `/dev/mail` and `/dev/mail/{id}`: unsent mails as pages or, for `Accept: application/json`, as JSON. For
 * development only, since anyone who reaches the server can read all mails. Answers only under the host of
 * `PUBLIC_URL`, `localhost` and IP addresses.
 */
@Injectable()
export class MailPages implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly environment: Environment,
    private readonly settings: MailSettings,
    private readonly mails: KeptMails,
  ) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter?.getInstance<FastifyInstance>();
    if (!fastify || !this.settings.keepsMails(this.environment)) return;
    const { publicUrl, basePath: base } = this.environment;
    const onRequest = async ({ headers }: FastifyRequest): Promise<void> => {
      if (!isOwnHost(headers.host, publicUrl))
        throw new NotFoundProblem('There are no mails under this host name');
    };
    fastify.get('/dev/mail', { onRequest }, async (request, reply) => {
      const items = await this.mails.list();
      return answer(request, reply, { items }, () => listPage(items, base));
    });
    fastify.get<{ Params: { id: string } }>('/dev/mail/:id', { onRequest }, async (request, reply) => {
      const { id } = request.params;
      const mail = isUuid(id) ? await this.mails.get(id) : undefined;
      if (!mail) throw new NotFoundProblem(`Mail ${id} not found`);
      const { recipient, subject, text, html, createdAt } = mail;
      return answer(request, reply, { id, recipient, subject, text, html, createdAt }, () =>
        mailPage(mail, base),
      );
    });
  }
}

function answer(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  json: object,
  page: () => string,
): FastifyReply {
  void reply.header('vary', 'Origin, accept-encoding, Accept').header('cache-control', 'no-store');
  // In development any site may call the API from the developer's browser, but none may read mails.
  void reply.removeHeader('access-control-allow-origin');
  if (headers.accept?.includes('application/json')) return reply.send(json);
  return reply
    .header('content-security-policy', CONTENT_SECURITY_POLICY)
    .type('text/html; charset=utf-8')
    .send(page());
}
