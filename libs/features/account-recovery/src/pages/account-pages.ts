import { Injectable, OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { Environment } from '@gatehouse/config';
import { htmlPage, pagePolicy } from '@gatehouse/http';
import { type Asset, registerAssets } from '@gatehouse/openapi';
import { SCRIPT } from './account-script.js';

/** The pages run one script of this server, which calls this server; forms are only submitted by that script. */
const CSP = pagePolicy({
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': 'data:',
  'connect-src': "'self'",
});

const STYLE = `body { font: 16px/1.6 system-ui, sans-serif; max-width: 26rem; margin: 3rem auto; padding: 0 1rem; color-scheme: light dark }
label, input, button { display: block; font: inherit; box-sizing: border-box; width: 100% }
input, button { padding: .5rem; margin: .25rem 0 1rem }
`;

const PASSWORD_FIELDS = `<label for="password">New password</label>
<input id="password" name="password" type="password" autocomplete="new-password" required minlength="8" maxlength="128" aria-describedby="rule">
<p id="rule">8 to 128 characters, with an upper-case letter and a digit.</p>
<button type="submit">Set the password</button>`;

/** A button, so that programs that follow links in mails do not use the link up. */
const CONFIRM_BUTTON = '<button type="submit">Confirm the address</button>';

/** Serves the pages to which links in mails lead. The token stays in the browser until the form is submitted. */
@Injectable()
export class AccountPages implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly environment: Environment,
  ) {}

  onModuleInit(): void {
    const set = 'Your password is set. You can log in with it now.';
    const confirmed = 'Thank you, your address is confirmed.';
    const assets = [
      this.page('reset-password', 'Set a new password', PASSWORD_FIELDS, set),
      this.page('verify-email', 'Confirm your address', CONFIRM_BUTTON, confirmed),
      file('account.js', SCRIPT),
      file('account.css', STYLE),
    ];
    const fastify = this.host.httpAdapter?.getInstance<FastifyInstance>();
    if (fastify) registerAssets(fastify, assets);
  }

  /** @param name of the page, and of the endpoint under `/auth` that takes the token and the fields of the form */
  private page(name: string, title: string, fields: string, success: string): Asset {
    const base = this.environment.basePath;
    const content = htmlPage({
      title,
      head: `<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<link rel="stylesheet" href="${base}/account/account.css">`,
      body: `<main>
<h1>${title}</h1>
<form data-endpoint="${base}/api/v1/auth/${name}" data-success="${success}">
${fields}
</form>
<p id="result" role="status"></p>
<noscript>This page needs JavaScript.</noscript>
</main>
<script src="${base}/account/account.js"></script>`,
    });
    return { ...file(name, content), contentSecurityPolicy: CSP };
  }
}

function file(name: string, content: string): Asset {
  return { path: `/account/${name}`, load: () => content };
}
