const INPUT = Symbol('input');

/** Body that a route accepts. */
export interface BodyOptions {
  /** Default `['json']`. Form texts are converted to the types of the fields, as in a query. */
  types?: readonly ('json' | 'form')[];
  /**
   * Maximum size in bytes, 128 KB (131,072) by default and at most 1 MB. A book with all fields at their limits has
   * 80 KB.
   */
  limit?: number;
  /** Treats a missing body as `{}`. Default: a DTO requires a body. */
  optional?: boolean;
  /**
   * Media types of a body that the handler reads itself: it receives the request as a `Readable`, of any size and
   * `Content-Encoding`. Wildcards such as `image/*` work.
   */
  stream?: readonly string[];
  /** Example of a stream for the documentation, by media type. */
  examples?: Readonly<Record<string, unknown>>;
}

export interface InputOptions {
  body?: BodyOptions;
  /** Names of body fields that are accepted and ignored unless the DTO declares them. */
  ignores?: readonly string[];
}

/**
 * Declares the input of a route that needs more than the default (JSON up to 128 KB). On a controller, it applies to
 * every route without its own declaration.
 */
export function Input(options: InputOptions): ClassDecorator & MethodDecorator {
  return (target: object, _name?: string | symbol, descriptor?: PropertyDescriptor) => {
    Reflect.defineMetadata(INPUT, options, (descriptor?.value as object | undefined) ?? target);
  };
}

/** The options of a handler, completed by those of its controller when given. */
export function inputOptionsOf(handler: object, controller: object = handler): InputOptions {
  const [all, own] = [controller, handler].map(
    (target) => (Reflect.getMetadata(INPUT, target) as InputOptions | undefined) ?? {},
  );
  return { ...all, ...own, body: { ...all!.body, ...own!.body } };
}
