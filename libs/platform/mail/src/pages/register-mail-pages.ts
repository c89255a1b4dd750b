import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { validate as isUuid } from 'uuid';
import { NotFoundProblem } from '@gatehouse/http';
import type { Environment } from '@gatehouse/config';
import type { KeptMails } from '../kept-mails.js';
import { CONTENT_SECURITY_POLICY, listPage, mailPage } from './mail-page.js';
import { isOwnHost } from './own-host.js';

/**
 * `/dev/mail` and `/dev/mail/{id}`: the mails that were not sent, as pages or, for `Accept: application/json`, as
 * JSON. For development only: whoever reaches the server reads everybody's mails.
 *
 * @param fastify before it listens
 * @param environment under other names than that of its `publicUrl`, `localhost` and addresses is nothing
 */
export function registerMailPages(
  fastify: FastifyInstance,
  mails: KeptMails,
  { publicUrl, basePath: base }: Environment,
): void {
  const onRequest = async ({ headers }: FastifyRequest): Promise<void> => {
    if (!isOwnHost(headers.host, publicUrl))
      throw new NotFoundProblem('There are no mails under this host name');
  };
  fastify.get('/dev/mail', { onRequest }, async (request, reply) => {
    const items = await mails.list();
    return answer(request, reply, { items }, () => listPage(items, base));
  });
  fastify.get<{ Params: { id: string } }>('/dev/mail/:id', { onRequest }, async (request, reply) => {
    const { id } = request.params;
    const mail = isUuid(id) ? await mails.get(id) : undefined;
    if (!mail) throw new NotFoundProblem(`Mail ${id} not found`);
    const { recipient, subject, text, html, createdAt } = mail;
    return answer(request, reply, { id, recipient, subject, text, html, createdAt }, () =>
      mailPage(mail, base),
    );
  });
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
