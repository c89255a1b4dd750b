import { readdirSync, readFileSync } from 'node:fs';
import { escapeHtml } from '@gatehouse/http';

/** A mail without its recipient. */
export interface RenderedMail {
  subject: string;
  text: string;
  html: string;
}

const PLACEHOLDER = /\{\{(\w+)\}\}/g;
const SUBJECT = /^Subject: (.+)\n\n/;

/**
 * The mail templates of a feature: for each mail `<name>.txt`, whose first line is `Subject: …`, and `<name>.html`.
 * `{{name}}` is replaced by a value, escaped in HTML.
 */
export class MailTemplates {
  private readonly sources: Map<string, string>;

  /** @param folder URL of the folder, with a trailing slash */
  constructor(folder: URL) {
    this.sources = new Map(
      readdirSync(folder).map((file) => [file, readFileSync(new URL(file, folder), 'utf8')]),
    );
  }

  /** @throws {Error} when the template does not exist, or a value is missing */
  render(name: string, values: Readonly<Record<string, string>>): RenderedMail {
    const [source, html] = ['txt', 'html'].map((type) => this.sources.get(`${name}.${type}`));
    if (source === undefined || html === undefined) throw new Error(`There is no mail template "${name}"`);
    const subject = SUBJECT.exec(source)?.[1];
    if (!subject) throw new Error(`${name}.txt must start with a line "Subject: …" and an empty line`);
    return {
      subject: fill(name, subject, values, oneLine),
      text: fill(name, source.replace(SUBJECT, ''), values, String),
      html: fill(name, html, values, escapeHtml),
    };
  }
}

function fill(
  name: string,
  source: string,
  values: Readonly<Record<string, string>>,
  encode: (value: string) => string,
): string {
  return source.replace(PLACEHOLDER, (_, key: string) => {
    const value = values[key];
    if (value === undefined) throw new Error(`The mail template "${name}" needs a value for "${key}"`);
    return encode(value);
  });
}

/** A line break would start another header. */
function oneLine(value: string): string {
  return value.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}
