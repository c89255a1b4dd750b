import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { expect, it } from 'vitest';
import { withoutSecrets } from './redact-span.js';

const TOKEN = `eyJhbGciOiJIUzI1NiJ9.${'a'.repeat(60)}.${'b'.repeat(43)}`;

it('removes queries, and secrets from attributes, events and messages', () => {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  const span = provider.getTracer('spec').startSpan('any');
  span.setAttributes({
    'url.path': `/reset/${TOKEN}`,
    'url.query': 'q=needle',
    'url.full': `https://pay.example.com/charge?q=needle#needle`,
    'http.response.status_code': 200,
    'db.query.text': 'SELECT $1',
  });
  span.recordException(new Error(`Bearer ${TOKEN} is no token`));
  span.setStatus({ code: 2, message: 'postgres://api:needle@db/app is away' });
  span.end();
  const [ended] = exporter.getFinishedSpans().map(withoutSecrets);
  expect(ended!.attributes).toEqual({
    'url.path': '/reset/[redacted]',
    'url.full': 'https://pay.example.com/charge',
    'http.response.status_code': 200,
    'db.query.text': 'SELECT $1',
  });
  const { name, status, attributes, events } = ended!;
  const sent = JSON.stringify([name, status, attributes, events]);
  expect(sent).toContain('[redacted]');
  expect(sent).not.toContain('needle');
  expect(sent).not.toContain('aaaa');
});
