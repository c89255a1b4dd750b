import { Transform, TransformFnParams, Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsEmail,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  Min,
} from 'class-validator';

const fromText = ({ value }: TransformFnParams): unknown =>
  value === 'true' || value === '1' ? true : value === 'false' || value === '0' ? false : value;

const fromList = ({ value }: TransformFnParams): unknown =>
  typeof value === 'string'
    ? value
        .split(',')
        .map((item) => item.trim())
        .filter(Boolean)
    : value;

const fromPem = ({ value }: TransformFnParams): unknown =>
  typeof value === 'string' ? value.replaceAll('\\n', '\n').trim() : value;

const fromPems = (params: TransformFnParams): unknown => {
  const text = fromPem(params);
  return typeof text === 'string' ? text.split(/(?=-----BEGIN )/) : text;
};

const DEVELOPMENT_WEBHOOK_SECRET = 'development-only-webhook-secret-do-not-use-elsewhere';

/**
 * Every setting of the application, read from environment variables once at start.
 * An empty variable counts as not set. `docs/configuration.md` lists them for operators.
 */
export class Environment {
  /** `development`, `test` or `production`. Outside development, weak secrets stop the start. */
  @IsIn(['development', 'test', 'production'])
  NODE_ENV: 'development' | 'test' | 'production' = 'development';

  /** Address to listen on. */
  @IsString()
  HOST = '0.0.0.0';

  /** Port to listen on; 0 takes a free one. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(65535)
  PORT = 3000;

  /** A PostgreSQL server, `postgres://user:password@host:port/name`. Not set: an embedded one under `DATA_DIR`. */
  @IsOptional()
  @Matches(/^postgres(ql)?:\/\//, { message: 'DATABASE_URL must start with postgres:// or postgresql://' })
  DATABASE_URL?: string;

  /** Database connections per process. */
  @Type(() => Number)
  @IsInt()
  @Min(2)
  @Max(1000)
  DATABASE_POOL_SIZE = 20;

  /** Where the embedded database keeps its files. */
  @IsString()
  DATA_DIR = '.data';

  /** A Redis server for the cache and the limits, `redis://host:port`. Not set: this process's memory. */
  @IsOptional()
  @Matches(/^rediss?:\/\//, { message: 'REDIS_URL must start with redis:// or rediss://' })
  REDIS_URL?: string;

  /** How the names of all keys in Redis begin, so that several applications can share one. */
  @Matches(/^[\w:.-]{1,100}$/, {
    message: 'REDIS_PREFIX must be 1 to 100 letters, digits, "_", ":", "." or "-"',
  })
  REDIS_PREFIX = 'gatehouse:';

  /** Signs the cursors of listings and, with HS256, access tokens. At least 32 characters outside development. */
  @IsString()
  JWT_SECRET = 'development-only-secret-do-not-use-elsewhere';

  /** How access tokens are signed: `HS256` with `JWT_SECRET`, `ES256` with `JWT_PRIVATE_KEY`. */
  @IsIn(['HS256', 'ES256'])
  JWT_ALGORITHM: 'HS256' | 'ES256' = 'HS256';

  /** A private key on the curve P-256, in PEM format; `\n` stands for a line break. */
  @IsOptional()
  @Transform(fromPem)
  @IsString()
  JWT_PRIVATE_KEY?: string;

  /** Former values of `JWT_SECRET`, comma separated: tokens that they signed are good until they expire. */
  @Transform(fromList)
  @IsArray()
  JWT_PREVIOUS_SECRETS: string[] = [];

  /** Public keys of former values of `JWT_PRIVATE_KEY`, in PEM format one after the other. */
  @Transform(fromPems)
  @IsArray()
  JWT_PREVIOUS_PUBLIC_KEYS: string[] = [];

  /** Life of an access token in seconds. */
  @Type(() => Number)
  @IsInt()
  @Min(10)
  @Max(86_400)
  ACCESS_TOKEN_TTL_SECONDS = 900;

  /** Life of a log-in that is not used, that is of its last refresh token, in days. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(365)
  REFRESH_TOKEN_TTL_DAYS = 30;

  /** Longest life of a log-in in days, however often it is used. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(3650)
  SESSION_MAX_DAYS = 90;

  /**
   * Milliseconds for which the answer to a refresh is held back. A request with the same refresh token that arrives
   * meanwhile, as when two tabs wake up together, gets the same answer; one that arrives later is taken for a thief's.
   */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(10_000)
  REFRESH_GRACE_MS = 100;

  /** Memory of one argon2id hash, in KiB (OWASP's minimum is 19456). */
  @Type(() => Number)
  @IsInt()
  @Min(8)
  @Max(1_048_576)
  ARGON2_MEMORY_KIB = 19_456;

  /** Passes of one argon2id hash. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  ARGON2_PASSES = 2;

  /** First administrator, made at start when there is none (outside development, when all three are set). */
  @IsOptional()
  @Matches(/^[a-zA-Z0-9_-]{3,50}$/, { message: 'ADMIN_USERNAME must be 3 to 50 letters, digits, "_" or "-"' })
  ADMIN_USERNAME?: string;

  @IsOptional()
  @IsEmail()
  ADMIN_EMAIL?: string;

  @IsOptional()
  @IsString()
  ADMIN_PASSWORD?: string;

  /** Where clients reach this server: the links in mails start with it. Not set: `http://localhost:PORT`. */
  @IsOptional()
  @Matches(/^https?:\/\/[^/\s?#]+$/, {
    message: 'PUBLIC_URL must be an origin such as https://api.example.com',
  })
  PUBLIC_URL?: string;

  /** The server that sends mails, `smtp://user:password@host:port`. Not set: in development they are kept to be read. */
  @IsOptional()
  @Matches(/^smtps?:\/\//, { message: 'MAIL_URL must start with smtp:// or smtps://' })
  MAIL_URL?: string;

  /** Sender of mails. */
  @IsString()
  MAIL_FROM = 'Gatehouse <no-reply@localhost>';

  /**
   * Who takes payments: `sandbox` plays a provider, `stripe` is one. Not set: the sandbox, but in production nobody,
   * so that nothing is given away for money that does not exist.
   */
  @IsOptional()
  @IsIn(['sandbox', 'stripe'])
  PAYMENT_PROVIDER?: 'sandbox' | 'stripe';

  /** Proves calls of the payment webhook. At least 32 characters outside development; of Stripe, the endpoint's `whsec_…`. */
  @IsString()
  PAYMENT_WEBHOOK_SECRET = DEVELOPMENT_WEBHOOK_SECRET;

  /** Secret or restricted key of Stripe. */
  @IsOptional()
  @Matches(/^[sr]k_\w+$/, { message: 'STRIPE_API_KEY must be a key such as sk_live_… or rk_live_…' })
  STRIPE_API_KEY?: string;

  /** Where Stripe's API is. */
  @Matches(/^https?:\/\/[^/\s?#]+$/, {
    message: 'STRIPE_API_URL must be an origin such as https://api.stripe.com',
  })
  STRIPE_API_URL = 'https://api.stripe.com';

  /** Origins that browsers may call from, comma separated. Development: every origin, when not set. */
  @Transform(fromList)
  @IsArray()
  @Matches(/^https?:\/\/[^/]+$/, {
    each: true,
    message: 'ALLOWED_ORIGINS must be origins such as https://app.example.com',
  })
  ALLOWED_ORIGINS: string[] = [];

  /** Values of the Host header to answer, comma separated, `*.example.com` for subdomains. Not set: every host. */
  @Transform(fromList)
  @IsArray()
  ALLOWED_HOSTS: string[] = [];

  /** Proxies whose `X-Forwarded-*` headers are believed: addresses or CIDR ranges, comma separated. */
  @Transform(fromList)
  @IsArray()
  @Matches(/^([0-9a-fA-F.:]+(\/\d{1,3})?|loopback|linklocal|uniquelocal)$/, {
    each: true,
    message: 'TRUST_PROXY must be addresses, CIDR ranges, loopback, linklocal or uniquelocal',
  })
  TRUST_PROXY: string[] = [];

  /** Redirect plain HTTP to HTTPS when a trusted proxy says that the client used HTTP. */
  @Transform(fromText)
  @IsBoolean()
  HTTPS_REDIRECT = false;

  /** Requests a minute and IP address that the edge lets through. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  EDGE_LIMIT = 1000;

  /** Default requests per window, caller and route. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  THROTTLE_LIMIT = 300;

  /** Default window of the throttle. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(86_400)
  THROTTLE_TTL_SECONDS = 60;

  /** Failed log-ins to one account from one address that a window has room for; ten times as many for either alone. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  LOGIN_ATTEMPTS = 10;

  /** Window of `LOGIN_ATTEMPTS`, and how long a lock lasts. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(86_400)
  LOGIN_WINDOW_SECONDS = 300;

  /** Minutes that a ticket is held for its payment. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(10_080)
  TICKET_HOLD_MINUTES = 15;

  /** Tickets of one event that a user may hold unpaid. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  TICKET_MAX_UNPAID = 10;

  /** Multiplies every limit by a million, for load tests: all is counted, nothing refused. Refused in production. */
  @Transform(fromText)
  @IsBoolean()
  THROTTLE_DISABLED = false;

  /** Bytes of memory that cached responses may take when there is no Redis. */
  @Type(() => Number)
  @IsInt()
  @Min(1_000_000)
  CACHE_MAX_BYTES = 64_000_000;

  /** Let a shared cache in front, such as a CDN, answer shared lists by itself for the time that their routes declare. */
  @Transform(fromText)
  @IsBoolean()
  SHARED_CACHE = false;

  /** Seconds that requests in flight and running jobs get to finish at shutdown. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(3600)
  SHUTDOWN_GRACE_SECONDS = 10;

  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
  LOG_LEVEL = 'info';

  /** Who works background jobs: `inside` this process, or `none`, when `npm run start:worker` runs beside it. */
  @IsIn(['inside', 'none'])
  WORKER: 'inside' | 'none' = 'inside';

  /** Send `Server-Timing` with the milliseconds of each stage. Not set: in development only. */
  @IsOptional()
  @Transform(fromText)
  @IsBoolean()
  SERVER_TIMING?: boolean;

  /** Fill an empty database with development users and books. Not set: in development only; refused in production. */
  @IsOptional()
  @Transform(fromText)
  @IsBoolean()
  DEVELOPMENT_DATA?: boolean;

  get isProduction(): boolean {
    return this.NODE_ENV === 'production';
  }

  get isDevelopment(): boolean {
    return this.NODE_ENV === 'development';
  }

  /** Whether mails are kept to be read at `/dev/mail` instead of being sent. */
  get keepsMails(): boolean {
    return this.isDevelopment && this.MAIL_URL === undefined;
  }

  get publicUrl(): string {
    return this.PUBLIC_URL ?? `http://localhost:${this.PORT}`;
  }

  get worksJobs(): boolean {
    return this.WORKER === 'inside';
  }

  /** Who takes payments; `undefined`: nobody. */
  get paymentProvider(): 'sandbox' | 'stripe' | undefined {
    const hasSecret = this.isDevelopment || this.PAYMENT_WEBHOOK_SECRET !== DEVELOPMENT_WEBHOOK_SECRET;
    return this.PAYMENT_PROVIDER ?? (this.isProduction || !hasSecret ? undefined : 'sandbox');
  }

  get serverTiming(): boolean {
    return this.SERVER_TIMING ?? this.isDevelopment;
  }

  get developmentData(): boolean {
    return this.DEVELOPMENT_DATA ?? this.isDevelopment;
  }
}
