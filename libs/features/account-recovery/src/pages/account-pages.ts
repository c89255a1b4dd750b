import { Injectable, OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { Environment } from '@gatehouse/config';
import { pagePolicy } from '@gatehouse/http';
import { type Asset, registerAssets } from '@gatehouse/openapi';
import { resetPasswordPage, STYLE, verifyEmailPage } from './account-page.js';
import { SCRIPT } from './account-script.js';

/** The pages run one script of this server, which calls this server; forms are only submitted by that script. */
const CSP = pagePolicy({
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': 'data:',
  'connect-src': "'self'",
});

/** Serves the pages to which links in mails lead. The token stays in the browser until the form is submitted. */
@Injectable()
export class AccountPages implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly environment: Environment,
  ) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter?.getInstance<FastifyInstance>();
    if (fastify) registerAssets(fastify, accountAssets(this.environment.basePath));
  }
}

function accountAssets(base: string): Asset[] {
  const page = (name: string, content: string): Asset => ({
    path: `/account/${name}`,
    load: () => content,
    contentSecurityPolicy: CSP,
  });
  const file = (name: string, content: string): Asset => ({ path: `/account/${name}`, load: () => content });
  return [
    page('reset-password', resetPasswordPage(base)),
    page('verify-email', verifyEmailPage(base)),
    file('account.js', SCRIPT),
    file('account.css', STYLE),
  ];
}
