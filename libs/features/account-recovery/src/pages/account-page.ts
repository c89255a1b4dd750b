import { htmlPage } from '@gatehouse/http';

export const STYLE = `body { font: 16px/1.6 system-ui, sans-serif; max-width: 26rem; margin: 3rem auto; padding: 0 1rem; color-scheme: light dark }
label, input, button { display: block; font: inherit; box-sizing: border-box; width: 100% }
input, button { padding: .5rem; margin: .25rem 0 1rem }
`;

export const resetPasswordPage = (base: string): string =>
  page(
    base,
    'Set a new password',
    'reset-password',
    `<label for="password">New password</label>
<input id="password" name="password" type="password" autocomplete="new-password" required minlength="8" maxlength="128" aria-describedby="rule">
<p id="rule">8 to 128 characters, with an upper-case letter and a digit.</p>
<button type="submit">Set the password</button>`,
    'Your password is set. You can log in with it now.',
  );

// Requires a click, so that programs that follow links in mails do not use the link up.
export const verifyEmailPage = (base: string): string =>
  page(
    base,
    'Confirm your address',
    'verify-email',
    `<button type="submit">Confirm the address</button>`,
    'Thank you, your address is confirmed.',
  );

/**
 * @param base path under which clients reach the server
 * @param endpoint API endpoint under `/auth` that takes the token and the fields of the form
 */
function page(base: string, title: string, endpoint: string, fields: string, success: string): string {
  return htmlPage({
    title,
    head: `<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<link rel="stylesheet" href="${base}/account/account.css">`,
    body: `<main>
<h1>${title}</h1>
<form data-endpoint="${base}/api/v1/auth/${endpoint}" data-success="${success}">
${fields}
</form>
<p id="result" role="status"></p>
<noscript>This page needs JavaScript.</noscript>
</main>
<script src="${base}/account/account.js"></script>`,
  });
}
