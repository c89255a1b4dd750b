import { createHash } from 'node:crypto';

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Escapes a text for use between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}

export interface HtmlPage {
  title: string;
  /** URL of the icon; none by default. */
  icon?: string;
  style?: string;
  /** Additional elements of the head. */
  head?: string;
  body: string;
}

/** Renders a complete page; head and body are HTML, the title is text. */
export function htmlPage({ title, icon = 'data:,', style, head = '', body }: HtmlPage): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · Gatehouse</title>
<link rel="icon" href="${icon}">
${style ? `<style>${style}</style>\n` : ''}${head}
</head>
<body>
${body}
</body>
</html>
`;
}

const NONE = "'none'";

/** Builds a Content-Security-Policy that allows only what the directives list. */
export function pagePolicy(directives: Record<string, string>): string {
  const all = {
    'default-src': NONE,
    ...directives,
    'base-uri': NONE,
    'form-action': directives['form-action'] ?? NONE,
    'frame-ancestors': NONE,
  };
  return Object.entries(all)
    .map((directive) => directive.join(' '))
    .join('; ');
}

/** The CSP source expression for an inline style of the page. */
export function inlineSource(style: string): string {
  return `'sha256-${createHash('sha256').update(style).digest('base64')}'`;
}
