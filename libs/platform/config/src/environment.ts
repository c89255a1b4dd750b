import { isIP } from 'node:net';
import { compile } from '@fastify/proxy-addr';
import { IsIn, IsOptional, IsString, Matches } from 'class-validator';
import type { SettingsClass } from './settings.js';
import { Flag, Int, isHostPattern, isWebOrigin, isWebUrl, List, ServerUrl, Text } from './setting-rules.js';

/** Checks with Fastify's own parser, and refuses `10.0.0/8`, which that would interpret as an address. */
const isProxy = (text: string): boolean => {
  try {
    compile(text);
    return /^[a-z]+$/.test(text) || isIP(text.split('/')[0]!) > 0;
  } catch {
    return false;
  }
};

/**
 * The settings of the application itself, read from environment variables once at start; features declare their own,
 * see {@link of}. An empty variable counts as not set. `docs/configuration.md` lists all settings for operators.
 */
export class Environment {
  readonly #parts = new Map<SettingsClass, object>();

  /** `development`, `test` or `production`. Outside development, missing and well-known secrets stop the start. */
  @IsIn(['development', 'test', 'production'])
  NODE_ENV: 'development' | 'test' | 'production' = 'development';

  /**
   * Address to listen on; in a worker, the address of the API. Not set: `127.0.0.1` in development, `0.0.0.0`
   * otherwise.
   */
  @IsOptional()
  @Text('must be an IP address or a host name', (text) => isIP(text) > 0 || /^[\w.-]+$/.test(text))
  HOST?: string;

  /** Port to listen on; 0 chooses a free one. */
  @Int(0, 65535)
  PORT = 3000;

  /** A PostgreSQL server, `postgres://user:password@host:port/name`. Not set: an embedded one under `DATA_DIR`. */
  @IsOptional()
  @ServerUrl('postgres://user:password@host:port/name', ['postgres', 'postgresql'], /^(\/[^/?]*)?(\?.*)?$/)
  DATABASE_URL?: string;

  /** Database connections per process. */
  @Int(2, 1000)
  DATABASE_POOL_SIZE = 20;

  /** Folder of the embedded database, and of uploaded files unless `STORAGE_DIR` is set. */
  @IsString()
  DATA_DIR = '.data';

  /** Redis server for the cache and the limits, `redis://host:port`. Not set: the memory of each process. */
  @IsOptional()
  @ServerUrl('redis://user:password@host:port/number', ['redis', 'rediss'], /^(\/\d*)?$/)
  REDIS_URL?: string;

  /** Prefix of all keys in Redis, so that several applications can share one. */
  @Matches(/^[\w:.-]{1,100}$/, {
    message: 'REDIS_PREFIX must be 1 to 100 letters, digits, "_", ":", "." or "-"',
  })
  REDIS_PREFIX = 'gatehouse:';

  /** Signs the cursors of listings and, with HS256, access tokens. At least 32 random characters outside development: `openssl rand -base64 48`. */
  @IsString()
  JWT_SECRET = 'development-only-secret-do-not-use-elsewhere';

  /**
   * URL under which clients reach this server; links in mails start with it. Its path is the prefix that a proxy
   * removes, and starts all links. Not set: `http://localhost:PORT`. Required with `MAIL_URL` outside development.
   */
  @IsOptional()
  @Text('must be an origin such as https://api.example.com, optionally with a path', isWebUrl)
  PUBLIC_URL?: string;

  /** Origins from which browsers may call, comma separated. Not set in development: every origin. */
  @List(
    'must be origins as browsers send them, such as https://app.example.com',
    (text) => isWebOrigin(text) && new URL(text).origin === text,
  )
  ALLOWED_ORIGINS: string[] = [];

  /** Accepted values of the Host header, comma separated; `*.example.com` matches subdomains. Not set: every host. */
  @List('must be host names such as api.example.com or *.example.com', isHostPattern)
  ALLOWED_HOSTS: string[] = [];

  /**
   * Proxies whose `X-Forwarded-*` headers are trusted, comma separated: addresses, CIDR ranges, `loopback`,
   * `linklocal`, `uniquelocal`.
   */
  @List('must be addresses, CIDR ranges, loopback, linklocal or uniquelocal', isProxy)
  TRUST_PROXY: string[] = [];

  /** Redirect plain HTTP to HTTPS when a trusted proxy reports that the client used HTTP. */
  @Flag()
  HTTPS_REDIRECT = false;

  /**
   * Bearer token that `/metrics` requires. Not set: only loopback and private addresses are served, and no request
   * through a proxy.
   */
  @IsOptional()
  @Text('must consist of letters, digits and any of "-._~+/="', (text) => /^[\w.~+/=-]+$/.test(text))
  METRICS_TOKEN?: string;

  /** Requests per minute and IP address, counted before anything else. */
  @Int(1)
  EDGE_LIMIT = 1000;

  /** Requests per window, caller and route, for routes without a limit of their own. */
  @Int(1)
  THROTTLE_LIMIT = 300;

  /** The window of `THROTTLE_LIMIT`. */
  @Int(1, 86_400)
  THROTTLE_TTL_SECONDS = 60;

  /**
   * Multiplies every limit by a million, for load tests: everything is counted, nothing refused. Not allowed in
   * production.
   */
  @Flag()
  THROTTLE_DISABLED = false;

  /** Maximum bytes of memory for cached responses without Redis. */
  @Int(1_000_000)
  CACHE_MAX_BYTES = 64_000_000;

  /**
   * Lets a shared cache in front, such as a CDN, answer shared lists by itself (`s-maxage`) for their declared
   * lifetime. A write becomes visible only after that time.
   */
  @Flag()
  SHARED_CACHE = false;

  /** Seconds for requests in flight and running jobs to finish at shutdown. */
  @Int(0, 3600)
  SHUTDOWN_GRACE_SECONDS = 10;

  /** `fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`. */
  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
  LOG_LEVEL = 'info';

  /**
   * Where background jobs and mails are processed: `inside` this process, or `none` when `npm run start:worker` runs
   * beside it.
   */
  @IsIn(['inside', 'none'])
  WORKER: 'inside' | 'none' = 'inside';

  /**
   * Collector to which traces are sent by OTLP over HTTP, such as `http://tempo:4318`. Not set: OpenTelemetry is not
   * loaded. Its other standard variables apply too, such as `OTEL_SERVICE_NAME` and `OTEL_EXPORTER_OTLP_HEADERS`.
   */
  @IsOptional()
  @Text('must be a URL such as http://tempo:4318', isWebUrl)
  OTEL_EXPORTER_OTLP_ENDPOINT?: string;

  /** Share of the requests that are traced, from 0 to 1, unless their callers have decided. */
  @Text('must be a number from 0 to 1', (text) => /^(0(\.\d+)?|1(\.0+)?)$/.test(text))
  OTEL_TRACES_SAMPLER_ARG = '1';

  /** Send `Server-Timing` with the milliseconds of each stage. Not set: in development only. */
  @IsOptional()
  @Flag()
  SERVER_TIMING?: boolean;

  /** Fill an empty database with development data. Not set: in development only; not allowed in production. */
  @IsOptional()
  @Flag()
  DEVELOPMENT_DATA?: boolean;

  get host(): string {
    return this.HOST ?? (this.isDevelopment ? '127.0.0.1' : '0.0.0.0');
  }

  get isProduction(): boolean {
    return this.NODE_ENV === 'production';
  }

  get isDevelopment(): boolean {
    return this.NODE_ENV === 'development';
  }

  /** As the URL standard serialises it, without a trailing slash. */
  get publicUrl(): string {
    return new URL(this.PUBLIC_URL ?? `http://localhost:${this.PORT}`).origin + this.basePath;
  }

  /** The path of {@link publicUrl}, empty or such as `/shop`: the prefix of links to this server. */
  get basePath(): string {
    return new URL(this.PUBLIC_URL ?? 'http://localhost').pathname.replace(/\/$/, '').replaceAll("'", '%27');
  }

  get worksJobs(): boolean {
    return this.WORKER === 'inside';
  }

  get serverTiming(): boolean {
    return this.SERVER_TIMING ?? this.isDevelopment;
  }

  get developmentData(): boolean {
    return this.DEVELOPMENT_DATA ?? this.isDevelopment;
  }

  /**
   * @param settings class that a feature declares with `@FeatureModule`
   * @returns its instance
   * @throws when it was not read at start
   */
  of<T extends object>(settings: SettingsClass<T>): T {
    const part = this.#parts.get(settings);
    if (!part) throw new Error(`${settings.name} does not belong to any feature of this application`);
    return part as T;
  }

  /** Adds the validated settings of a feature. */
  add(part: object): void {
    this.#parts.set(part.constructor as SettingsClass, part);
  }
}
