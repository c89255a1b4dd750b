const INPUT = Symbol('input');

/** What a route accepts as its body. */
export interface BodyOptions {
  /** Default `['json']`. A form's texts are coerced to the types of the fields, as in a query. */
  types?: readonly ('json' | 'form')[];
  /** Most bytes, default 1 MB (1,048,576). */
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

/** Declares how a route takes its input, where the default (JSON up to 1 MB) does not do. */
export function Input(options: InputOptions): MethodDecorator {
  return (_target, _name, descriptor) => {
    Reflect.defineMetadata(INPUT, options, descriptor.value as object);
  };
}

export function inputOptionsOf(handler: object): InputOptions {
  return (Reflect.getMetadata(INPUT, handler) as InputOptions | undefined) ?? {};
}
