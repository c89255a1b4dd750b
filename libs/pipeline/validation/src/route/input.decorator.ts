const INPUT = Symbol('input');

/** What a route accepts as its body. */
export interface BodyOptions {
  /** Default `['json']`. A form's texts are coerced to the types of the fields, as in a query. */
  types?: readonly ('json' | 'form')[];
  /** Most bytes, default 128 KB (131,072), at most 1 MB: a book at the limits of all its fields has 80 KB. */
  limit?: number;
  /** Without a body the handler gets its DTO as if `{}` had been sent. Default: a DTO needs a body. */
  optional?: boolean;
  /**
   * Media types of a body that the handler reads by itself: it gets the request as a `Readable`, of any size and in
   * whatever `Content-Encoding`. `image/*` and the like are understood.
   */
  stream?: readonly string[];
  /** Example of a stream for the documentation, by media type. */
  examples?: Readonly<Record<string, unknown>>;
}

export interface InputOptions {
  body?: BodyOptions;
  /** Names of body fields that are accepted and dropped, as far as the DTO does not have them. */
  ignores?: readonly string[];
}

/**
 * Declares how a route takes its input, where the default (JSON up to 128 KB) does not do. On a controller: what holds
 * for each of its routes that does not say otherwise.
 */
export function Input(options: InputOptions): ClassDecorator & MethodDecorator {
  return (target: object, _name?: string | symbol, descriptor?: PropertyDescriptor) => {
    Reflect.defineMetadata(INPUT, options, (descriptor?.value as object | undefined) ?? target);
  };
}

/** What a handler declares by itself and, with its controller given, what holds for all of that. */
export function inputOptionsOf(handler: object, controller: object = handler): InputOptions {
  const [all, own] = [controller, handler].map(
    (target) => (Reflect.getMetadata(INPUT, target) as InputOptions | undefined) ?? {},
  );
  return { ...all, ...own, body: { ...all!.body, ...own!.body } };
}
