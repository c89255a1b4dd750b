import { isIP } from 'node:net';
import { compile } from '@fastify/proxy-addr';
import { IsIn, IsOptional, IsString, Matches } from 'class-validator';
import type { SettingsClass } from './settings.js';
import { Flag, Int, isHostPattern, isWebOrigin, isWebUrl, List, ServerUrl, Text } from './setting-rules.js';

/** What Fastify takes, which would also read `10.0.0/8` as some address. */
const isProxy = (text: string): boolean => {
  try {
    compile(text);
    return /^[a-z]+$/.test(text) || isIP(text.split('/')[0]!) > 0;
  } catch {
    return false;
  }
};

/**
 * The settings of the application itself, read from environment variables once at start; features declare their own, see
 * {@link of}. An empty variable counts as not set. `docs/configuration.md` lists them all for operators.
 */
export class Environment {
  readonly #parts = new Map<SettingsClass, object>();

  /** `development`, `test` or `production`. Outside development, missing and well-known secrets stop the start. */
  @IsIn(['development', 'test', 'production'])
  NODE_ENV: 'development' | 'test' | 'production' = 'development';

  /** Address to listen on; in a worker, where the API is. Not set: `127.0.0.1` in development, `0.0.0.0` otherwise. */
  @IsOptional()
  @Text('must be an address or the name of a host', (text) => isIP(text) > 0 || /^[\w.-]+$/.test(text))
  HOST?: string;

  /** Port to listen on; 0 takes a free one. */
  @Int(0, 65535)
  PORT = 3000;

  /** A PostgreSQL server, `postgres://user:password@host:port/name`. Not set: an embedded one under `DATA_DIR`. */
  @IsOptional()
  @ServerUrl('postgres://user:password@host:port/name', ['postgres', 'postgresql'], /^(\/[^/?]*)?(\?.*)?$/)
  DATABASE_URL?: string;

  /** Database connections per process. */
  @Int(2, 1000)
  DATABASE_POOL_SIZE = 20;

  /** Where the embedded database keeps its files. */
  @IsString()
  DATA_DIR = '.data';

  /** A Redis server for the cache and the limits, `redis://host:port`. Not set: this process's memory. */
  @IsOptional()
  @ServerUrl('redis://user:password@host:port/number', ['redis', 'rediss'], /^(\/\d*)?$/)
  REDIS_URL?: string;

  /** How the names of all keys in Redis begin, so that several applications can share one. */
  @Matches(/^[\w:.-]{1,100}$/, {
    message: 'REDIS_PREFIX must be 1 to 100 letters, digits, "_", ":", "." or "-"',
  })
  REDIS_PREFIX = 'gatehouse:';

  /** Signs the cursors of listings and, with HS256, access tokens. At least 32 random characters outside development: `openssl rand -base64 48`. */
  @IsString()
  JWT_SECRET = 'development-only-secret-do-not-use-elsewhere';

  /**
   * Where clients reach this server: the links in mails start with it. A path is the prefix that a proxy takes away, and
   * all links begin with it. Not set: `http://localhost:PORT`. Needed with `MAIL_URL`, outside development.
   */
  @IsOptional()
  @Text('must be an origin such as https://api.example.com, and perhaps a path', isWebUrl)
  PUBLIC_URL?: string;

  /** Origins that browsers may call from, comma separated. Development: every origin, when not set. */
  @List(
    'must be origins as browsers send them, such as https://app.example.com',
    (text) => isWebOrigin(text) && new URL(text).origin === text,
  )
  ALLOWED_ORIGINS: string[] = [];

  /** Values of the Host header to answer, comma separated; `*.example.com` for subdomains. Not set: every host. */
  @List('must be names of hosts such as api.example.com or *.example.com', isHostPattern)
  ALLOWED_HOSTS: string[] = [];

  /** Proxies whose `X-Forwarded-*` headers are believed, comma separated: addresses, CIDR ranges, `loopback`, `linklocal`, `uniquelocal`. */
  @List('must be addresses, CIDR ranges, loopback, linklocal or uniquelocal', isProxy)
  TRUST_PROXY: string[] = [];

  /** Redirect plain HTTP to HTTPS when a trusted proxy says that the client used HTTP. */
  @Flag()
  HTTPS_REDIRECT = false;

  /**
   * What `/metrics` asks for as a bearer token. Not set: it answers loopback and private addresses only, and nothing that a
   * proxy has passed on.
   */
  @IsOptional()
  @Text('must be letters, digits and any of "-._~+/="', (text) => /^[\w.~+/=-]+$/.test(text))
  METRICS_TOKEN?: string;

  /** Requests a minute and IP address, counted before anything else. */
  @Int(1)
  EDGE_LIMIT = 1000;

  /** Requests per window, caller and route, where a route declares no limit of its own. */
  @Int(1)
  THROTTLE_LIMIT = 300;

  /** The window of `THROTTLE_LIMIT`. */
  @Int(1, 86_400)
  THROTTLE_TTL_SECONDS = 60;

  /** Multiplies every limit by a million, for load tests: all is counted, nothing refused. Refused in production. */
  @Flag()
  THROTTLE_DISABLED = false;

  /** Bytes of memory that cached responses may take when there is no Redis. */
  @Int(1_000_000)
  CACHE_MAX_BYTES = 64_000_000;

  /**
   * Let a shared cache in front, such as a CDN, answer shared lists by itself (`s-maxage`) for the time that their routes
   * declare. A write then shows only after that time.
   */
  @Flag()
  SHARED_CACHE = false;

  /** Seconds that requests in flight and running jobs get to finish at shutdown. */
  @Int(0, 3600)
  SHUTDOWN_GRACE_SECONDS = 10;

  /** `fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`. */
  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
  LOG_LEVEL = 'info';

  /** Who works background jobs and sends mails: `inside` this process, or `none`, when `npm run start:worker` runs beside it. */
  @IsIn(['inside', 'none'])
  WORKER: 'inside' | 'none' = 'inside';

  /** Send `Server-Timing` with the milliseconds of each stage. Not set: in development only. */
  @IsOptional()
  @Flag()
  SERVER_TIMING?: boolean;

  /** Fill an empty database with development data. Not set: in development only; refused in production. */
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

  /** How the URL standard writes it, without a slash at its end. */
  get publicUrl(): string {
    return new URL(this.PUBLIC_URL ?? `http://localhost:${this.PORT}`).origin + this.basePath;
  }

  /** The path of {@link publicUrl}, empty or such as `/shop`: how links to this server begin. */
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
   * @param settings that a feature declares with `@FeatureModule`
   * @returns its instance
   * @throws when they were not read at start
   */
  of<T extends object>(settings: SettingsClass<T>): T {
    const part = this.#parts.get(settings);
    if (!part) throw new Error(`${settings.name} are the settings of no feature of this application`);
    return part as T;
  }

  /** Adds the settings of a feature, which were checked. */
  add(part: object): void {
    this.#parts.set(part.constructor as SettingsClass, part);
  }
}
