import { redactText } from '@gatehouse/text';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';

/** Removes secrets from everything in an ended span that instrumentations have taken from requests and errors. */
export function withoutSecrets(span: ReadableSpan): ReadableSpan {
  redactAll(span.attributes);
  for (const { attributes } of span.events) if (attributes) redactAll(attributes);
  if (span.status.message) span.status.message = redactText(span.status.message);
  return span;
}

function redactAll(attributes: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(attributes)) {
    // Like in the log, a path without its query.
    if (name === 'url.query') delete attributes[name];
    else if (typeof value === 'string')
      attributes[name] = redactText(name === 'url.full' ? value.replace(/[?#].*$/s, '') : value);
  }
}
