import type { Reply } from './http-client.js';
import { EXISTING, type Schema } from './schema-arbitrary.js';

interface Addressed {
  template: string;
  parameters: { name: string; in: string; schema: Schema }[];
}

type Thing = Record<string, unknown>;

/** The fuzzer's callers, and what the authorization matrix has created, must not be changed. */
const PROTECTED = /"username":"(admin|demo|moderator)"|"(username|name|title)":"matrix-/;
const KEPT = 20;

/** Resources that exist in an application, learnt from its responses. */
export class KnownThings {
  /** Ids by the path of their collection, e.g. `/api/v1/books/1/reviews`. */
  private readonly ids = new Map<string, string[]>();
  /** Paths of collections by the kind of their items, e.g. `book`. */
  private readonly collections = new Map<string, string>();
  /** Resources that refer to several others, which therefore belong together. */
  private readonly links: Thing[] = [];
  private readonly etags = new Map<string, string>();
  private readonly cursors = new Map<string, string>();

  constructor(operations: Addressed[]) {
    for (const { template, parameters } of operations) {
      const kind = parameters
        .find(({ in: place }) => place === 'path')
        ?.schema.title?.split(' ')
        .at(-1);
      const collection = /^([^{]+)\/\{id\}$/.exec(template)?.[1];
      if (collection && kind) this.collections.set(kind, collection);
    }
  }

  learn({ method, path, status, headers, text }: Reply): void {
    const at = path.split('?')[0]!;
    const parent = at.slice(0, at.lastIndexOf('/'));
    if (status >= 300) return;
    if (method === 'DELETE') {
      const id = at.slice(parent.length + 1);
      this.ids.set(parent, this.ids.get(parent)?.filter((each) => each !== id) ?? []);
    }
    if (headers.etag) this.etags.set(at, headers.etag);
    if (!headers['content-type']?.startsWith('application/json') || text === '') return;
    const body = JSON.parse(text) as Thing & { items?: Thing[] };
    if (typeof body['nextCursor'] === 'string') this.cursors.set(at, body['nextCursor']);
    const list = body.items ?? (Array.isArray(body) ? (body as Thing[]) : undefined);
    const collection = list ? at.replace(/\/me$/, '') : status === 201 ? at : parent;
    for (const thing of list ?? [body]) {
      const { id } = thing;
      if (id === undefined || PROTECTED.test(JSON.stringify(thing))) continue;
      const others = (this.ids.get(collection) ?? []).filter((each) => each !== String(id));
      this.ids.set(collection, [...others.slice(1 - KEPT), String(id)]);
      if (Object.keys(thing).filter((name) => name.endsWith('Id')).length > 1) this.links.push(thing);
      if (this.links.length > KEPT) this.links.shift();
    }
  }

  /** Builds a path, with ids of existing resources where a value is {@link EXISTING}. */
  pathOf(template: string, values: Record<string, unknown>, choice: number): string {
    const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
    const within = template.slice(0, template.lastIndexOf('/{'));
    if (names.length > 0 && names.every((name) => values[name] === EXISTING)) {
      const pattern = new RegExp(`^${within.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
      const filled = [...this.ids].filter(([path, ids]) => ids.length > 0 && pattern.test(path));
      const [path, ids] = chosen(filled, choice) ?? [];
      if (path && ids)
        return `${path}/${chosen(ids, choice)}${template.slice(within.length).replace(/^\/\{\w+\}/, '')}`;
    }
    return template.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
      const id = name === 'id' ? chosen(this.ids.get(template.split('/{')[0]!), choice) : undefined;
      const value = values[name] === EXISTING ? (id ?? this.idFor(name, choice)) : values[name];
      return (
        encode(value ?? whole)
          .slice(0, 150)
          .replace(/%.?$/, '') || 'x'
      );
    });
  }

  /** Value of a query or header parameter for a path. */
  valueOf(name: string, value: unknown, path: string, choice: number): unknown {
    if (value !== EXISTING) return value;
    if (name === 'If-Match') return this.etags.get(path) ?? '*';
    return name === 'cursor' ? this.cursors.get(path) : this.idFor(name, choice);
  }

  /**
   * Builds a body, with ids of existing resources where a value is {@link EXISTING}.
   * @param collection path of the collection from which its `id` is taken
   */
  bodyOf(body: unknown, choice: number, collection?: string): unknown {
    if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
    const asked = Object.keys(body).filter((name) => (body as Thing)[name] === EXISTING);
    const link = chosen(
      this.links.filter((each) => asked.every((name) => each[name])),
      choice,
    );
    return Object.fromEntries(
      Object.entries(body).map(([name, value]: [string, unknown]) => {
        const own = name === 'id' && collection ? chosen(this.ids.get(collection), choice) : undefined;
        if (own !== undefined) return [name, typeof value === 'number' ? Number(own) : own];
        const id = () => link?.[name] ?? this.idFor(name, choice);
        if (Array.isArray(value))
          return [name, value.map((each: unknown) => (each === EXISTING ? id() : each))];
        return [name, value === EXISTING ? id() : value];
      }),
    );
  }

  /** @param name name of a field, e.g. `requiredGroupId` */
  private idFor(name: string, choice: number): string {
    const kind = /([A-Z]?[a-z]+)Ids?$/.exec(name)?.[1]?.toLowerCase() ?? '';
    return chosen(this.ids.get(this.collections.get(kind) ?? ''), choice) ?? EXISTING;
  }
}

export function encode(value: unknown): string {
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text.isWellFormed() ? encodeURIComponent(text) : '%ed%a0%80';
}

function chosen<T>(of: T[] | undefined, choice: number): T | undefined {
  return of?.[choice % of.length];
}
