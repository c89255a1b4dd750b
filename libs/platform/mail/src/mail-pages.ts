import { Injectable, OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { validate as isUuid } from 'uuid';
import { Environment } from '@gatehouse/config';
import { escapeHtml, htmlPage, NotFoundProblem, pagePolicy } from '@gatehouse/http';
import { Mail } from './mail.entity.js';
import { MailSettings } from './mail.settings.js';
import { KEPT } from './mailer.js';
import { isOwnHost } from './own-host.js';

const STYLE = `body { font: 16px/1.6 system-ui, sans-serif; max-width: 56rem; margin: 3rem auto; padding: 0 1rem }
pre { background: #f4f4f5; color: #18181b; padding: 1rem; white-space: pre-wrap; overflow-wrap: anywhere }
iframe { width: 100%; height: 32rem; border: 1px solid #d4d4d8; background: #fff }
td, th { text-align: left; padding: .2rem 1rem .2rem 0; vertical-align: top }
h1, p, td { overflow-wrap: anywhere }
@media (max-width: 40rem) { body { margin-top: 1rem } td, tr { display: block } th { display: none } tr { margin-bottom: 1rem } }`;

/**
 * Also the policy of the frame: a mail shows its own styles and embedded images, runs no scripts, and loads nothing
 * from elsewhere.
 */
const CONTENT_SECURITY_POLICY = pagePolicy({ 'style-src': "'unsafe-inline'", 'img-src': 'data:' });

const LINK = /https?:\/\/[^\s<>"']+/g;

/** Opens links in a new tab outside the sandbox. */
const SANDBOX = 'allow-popups allow-popups-to-escape-sandbox';
const LINKS_OUTSIDE = '<base target="_blank">';

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
    private readonly dataSource: DataSource,
  ) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter?.getInstance<FastifyInstance>();
    if (!fastify || !this.settings.keepsMails(this.environment)) return;
    const { publicUrl, basePath: base } = this.environment;
    const onRequest = async ({ headers }: FastifyRequest): Promise<void> => {
      if (!isOwnHost(headers.host, publicUrl))
        throw new NotFoundProblem('There are no mails under this host name');
    };
    const mails = this.dataSource.getRepository(Mail);
    fastify.get('/dev/mail', { onRequest }, async (request, reply) => {
      const select = { id: true, recipient: true, subject: true, createdAt: true };
      const items = await mails.find({ select, order: { id: 'DESC' }, take: KEPT });
      return answer(request, reply, { items }, () => listPage(items, base));
    });
    fastify.get<{ Params: { id: string } }>('/dev/mail/:id', { onRequest }, async (request, reply) => {
      const { id } = request.params;
      const mail = isUuid(id) ? await mails.findOneBy({ id }) : null;
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

function listPage(mails: readonly Mail[], base: string): string {
  const rows = mails.map(
    ({ id, recipient, subject, createdAt }) =>
      `<tr><td>${createdAt.toISOString()}</td><td>${escapeHtml(recipient)}</td>` +
      `<td><a href="${base}/dev/mail/${id}">${escapeHtml(subject)}</a></td></tr>`,
  );
  const table = `<table><tr><th>Queued</th><th>To</th><th>Subject</th></tr>${rows.join('\n')}</table>`;
  return page('Mails', mails.length > 0 ? table : '<p>No mail yet.</p>');
}

function mailPage({ recipient, subject, text, html, createdAt }: Mail, base: string): string {
  return page(
    subject,
    `<p>To <strong>${escapeHtml(recipient)}</strong>, ${createdAt.toISOString()} · <a href="${base}/dev/mail">All mails</a></p>
<h2>Text</h2>
<pre>${linked(text)}</pre>
<h2>HTML</h2>
<iframe title="HTML" sandbox="${SANDBOX}" srcdoc="${escapeHtml(LINKS_OUTSIDE + html)}"></iframe>`,
  );
}

/** Escapes a text and turns URLs into links. */
function linked(text: string): string {
  let end = 0;
  let result = '';
  for (const { 0: url, index } of text.matchAll(LINK)) {
    result += `${escapeHtml(text.slice(end, index))}<a href="${escapeHtml(url)}">${escapeHtml(url)}</a>`;
    end = index + url.length;
  }
  return result + escapeHtml(text.slice(end));
}

function page(title: string, content: string): string {
  return htmlPage({ title, style: STYLE, body: `<h1>${escapeHtml(title)}</h1>\n${content}` });
}
