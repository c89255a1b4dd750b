// needs: books
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SOON } from '@gatehouse/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { expectCommonHeaders, expectProblem } from '../support/expect-problem.js';
import { call, type Reply } from '../support/http-client.js';
import { TestApp } from '../support/test-app.js';

const WORKSPACE = join(import.meta.dirname, '../../../..');
const DEPLOY = join(WORKSPACE, 'deploy');
const OBSERVABILITY = join(DEPLOY, 'observability');
const env = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` };

/** Specs that need a program of a server. Without it they are skipped with a warning, or fail where it is required. */
function describeWith(program: string, specs: () => void): void {
  const isInstalled = spawnSync(program, ['--version'], { env }).error === undefined;
  if (!isInstalled && process.env['REQUIRE_SERVER_TOOLS']) throw new Error(`${program} is not installed`);
  if (!isInstalled) console.warn(`SKIPPED, since ${program} is not installed: what it checks of deploy/`);
  describe.skipIf(!isInstalled)(program, specs);
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-server-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A port on which nothing listens. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const run = (program: string, ...args: string[]): { status: number | null; output: string } => {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', env, cwd: folder });
  return { status, output: stdout + stderr };
};
const passes = { status: 0, output: '' };

describeWith('shellcheck', () => {
  it('finds nothing in the scripts', () => {
    const scripts = [
      'deploy/server/install.sh',
      ...readdirSync(join(WORKSPACE, '.ci')).map((name) => `.ci/${name}`),
    ];
    expect(run('shellcheck', ...scripts.map((name) => join(WORKSPACE, name)))).toEqual(passes);
  });
});

describeWith('systemd-analyze', () => {
  const UNITS = ['gatehouse-api@3001.service', 'gatehouse-worker.service', 'gatehouse-migrate.service'];
  const analyze = (...args: string[]) =>
    spawnSync('systemd-analyze', args, {
      encoding: 'utf8',
      env: { ...env, SYSTEMD_UNIT_PATH: `${folder}:` },
    });
  beforeEach(() => {
    cpSync(join(DEPLOY, 'server/systemd'), folder, { recursive: true });
    // What they start is not installed here.
    for (const name of readdirSync(folder).filter((file) => file.endsWith('.service'))) {
      const unit = readFileSync(join(folder, name), 'utf8');
      writeFileSync(
        join(folder, name),
        unit.replaceAll('/opt/gatehouse/current/node_modules/.bin/node', '/bin/true'),
      );
    }
  });

  it('understands the units', () => {
    const files = [...UNITS, 'gatehouse.target'].map((name) => join(folder, name));
    const { status, stderr } = analyze('verify', '--man=no', ...files);
    expect([status, stderr]).toEqual([0, '']);
  });

  it.each(UNITS)('finds %s well confined', (unit) => {
    const { status, stdout } = analyze('security', '--offline=true', '--threshold=20', join(folder, unit));
    expect(stdout).toContain('Overall exposure level');
    expect(status).toBe(0);
  });
});

describeWith('logrotate', () => {
  it('rotates the files while they are written, and the processes go on in the new ones', () => {
    const log = join(folder, 'api-3001.log');
    const configuration = readFileSync(join(DEPLOY, 'server/logrotate'), 'utf8');
    writeFileSync(join(folder, 'configuration'), configuration.replace('/var/log/gatehouse', folder), {
      mode: 0o644,
    });
    // As systemd opens it.
    const file = openSync(log, 'a');
    writeSync(file, 'before\n');
    expect(
      run('logrotate', '--force', '--state', join(folder, 'state'), join(folder, 'configuration')),
    ).toEqual(passes);
    writeSync(file, 'after\n');
    expect(readFileSync(`${log}.1`, 'utf8')).toBe('before\n');
    expect(readFileSync(log, 'utf8')).toBe('after\n');
  });
});

describeWith('promtool', () => {
  it('understands the configuration of Prometheus', () => {
    expect(
      run('promtool', 'check', 'config', '--syntax-only', join(OBSERVABILITY, 'prometheus.yml')).status,
    ).toBe(0);
  });

  it('sees the alerts fire when they should', () => {
    expect(run('promtool', 'test', 'rules', join(OBSERVABILITY, 'alerts.test.yml')).output).toContain(
      'SUCCESS',
    );
  });
});

describeWith('nginx', () => {
  let app: TestApp;
  let nginx: ChildProcess | undefined;
  beforeAll(async () => {
    app = await TestApp.start({
      TRUST_PROXY: 'loopback',
      ALLOWED_HOSTS: 'api.example.com',
      METRICS_TOKEN: 'm'.repeat(24),
    });
  });
  afterEach(async () => {
    if (!nginx) return;
    nginx.kill('SIGQUIT');
    await once(nginx, 'exit');
    nginx = undefined;
  });
  afterAll(() => app.stop());

  /** Starts nginx with the site in front of two processes. */
  const start = async (ports: [number, number]): Promise<string> => {
    const port = await freePort();
    const site = readFileSync(join(DEPLOY, 'server/nginx-site.conf'), 'utf8')
      .replace('3001', String(ports[0]))
      .replace('3002', String(ports[1]))
      .replace('listen 80;', `listen 127.0.0.1:${port};`)
      .replace(/listen \[::\]:80;/, '')
      .replaceAll('/etc/nginx/gatehouse', join(DEPLOY, 'nginx'));
    mkdirSync(join(folder, 'logs'));
    writeFileSync(
      join(folder, 'nginx.conf'),
      `pid ${folder}/pid; daemon off; error_log stderr warn; events {} http { access_log off;
       client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/f;
       uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;\n${site} }`,
    );
    nginx = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], { env, stdio: 'inherit' });
    const url = `http://127.0.0.1:${port}`;
    await vi.waitFor(() => fetch(url), SOON);
    return url;
  };
  /** What nginx answers itself looks like a problem of the API, except that it cannot name the path. */
  const expectOwnProblem = (reply: Reply, status: number): void => {
    expectCommonHeaders(reply);
    expect(reply.headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(reply.text)).toMatchObject({ status, requestId: reply.headers['x-request-id'] });
  };
  const own = (): number => Number(new URL(app.url).port);
  const host = { host: 'api.example.com' };

  it('passes requests on to a process that answers, with the address of the client', async () => {
    const url = await start([await freePort(), own()]);
    for (let n = 0; n < 4; n++) {
      const reply = await call(url, 'GET', '/api/v1/books', {
        headers: { ...host, 'x-forwarded-for': '203.0.113.9' },
      });
      expect(reply.status).toBe(200);
    }
    expectOwnProblem(await call(url, 'GET', '/metrics', { headers: host }), 404);
    expectProblem(await call(url, 'GET', '/api/v1/books', { headers: { host: 'evil.example' } }), 400);
  });

  it('answers with a problem document when no process does', async () => {
    const url = await start([await freePort(), await freePort()]);
    const reply = await call(url, 'GET', '/api/v1/books', { headers: host });
    expectOwnProblem(reply, 503);
    expect(reply.headers['retry-after']).toBe('5');
  });

  it('passes WebSockets on', async () => {
    const url = await start([own(), own()]);
    const headers = {
      ...host,
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': Buffer.alloc(16).toString('base64'),
    };
    const status = await new Promise((resolve, reject) => {
      const opening = request(`${url}/ws`, { headers });
      opening.once('upgrade', ({ statusCode }, socket) => {
        socket.destroy();
        resolve(statusCode);
      });
      opening.once('response', ({ statusCode }) => resolve(statusCode));
      opening.once('error', reject).end();
    });
    expect(status).toBe(101);
  });
});
