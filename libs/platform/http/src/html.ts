import { createHash } from 'node:crypto';

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A text as it stands in HTML, between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}

export interface HtmlPage {
  title: string;
  /** Where its icon is; none when not given. */
  icon?: string;
  style?: string;
  /** Further elements of the head. */
  head?: string;
  body: string;
}

/** A whole page; head and body are HTML, the title is text. */
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

/** A Content-Security-Policy that allows a page nothing but what the directives say. */
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

/** The source expression for a style that stands in the page. */
export function inlineSource(style: string): string {
  return `'sha256-${createHash('sha256').update(style).digest('base64')}'`;
}
