/**
 * The program as it is run, with a service manager's socket at its side.
 *
 * @workers
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DgramSocket } from 'node-unix-socket';
import { startProgram, until, type Program } from '@heddle/testkit/support';
import type { Config } from './config.js';

const main = new URL('../dist/main.js', import.meta.url);
const read = (name: string): string => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
const defaults: Config = { port: 0, largest: 1_000_000, workers: 2, stopTimeoutMs: 20_000, busyTimeoutMs: 60_000 };

/** To be fed every 10 ms. */
const watchdog = { WATCHDOG_USEC: '20000' };

let folder = '';
let file = '';
let manager: DgramSocket;
let messages: string[];
let started: Program[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'counting-'));
  file = join(folder, 'config.json');
  manager = new DgramSocket();
  manager.bind(join(folder, 'notify'));
  messages = [];
  started = [];
  manager.on('data', (data: Buffer) => {
    messages.push(data.toString());
  });
});
afterEach(async () => {
  for (const { child, ended } of started) {
    child.kill('SIGKILL');
    await ended;
  }
  manager.close();
  rmSync(folder, { recursive: true });
});

function configure(config: Partial<Config>): void {
  writeFileSync(file, JSON.stringify({ ...defaults, ...config }));
}

function launch(env: NodeJS.ProcessEnv): Program {
  const program = startProgram(main, [file], [], { NOTIFY_SOCKET: join(folder, 'notify'), ...env });
  started.push(program);
  return program;
}

/** Starts the service; resolves when it is ready, with the port it listens at. */
async function start(config: Partial<Config> = {}, env: NodeJS.ProcessEnv = {}): Promise<{ program: Program; port: number }> {
  configure(config);
  const program = launch(env);
  let stdout = '';
  program.child.stdout?.on('data', (text: string) => {
    stdout += text;
  });
  await until('READY', () => messages.some((each) => each.startsWith('READY=1')) && stdout.includes('\n'));
  return { program, port: Number(/:(\d+)\//.exec(stdout)?.[1]) };
}

function ask(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ port, path, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => {
        resolve(`${String(response.statusCode)} ${text.trimEnd()}`);
      });
    }).on('error', reject);
  });
}

/** Sends a text; resolves when it is on its way: the service reads it before it answers who asks afterwards. */
async function dial(port: number, text: string): Promise<{ socket: Socket; received: Promise<string> }> {
  const socket = connect(port, '127.0.0.1')
    .setEncoding('utf8')
    .on('error', () => undefined);
  let answer = '';
  socket.on('data', (chunk: string) => {
    answer += chunk;
  });
  const received = new Promise<string>((resolve) => {
    socket.on('close', () => {
      resolve(answer);
    });
  });
  await new Promise<void>((resolve) => {
    socket.write(text, () => {
      resolve();
    });
  });
  return { socket, received };
}

const feeds = (some: readonly string[] = messages): number => some.filter((each) => each === 'WATCHDOG=1').length;

test('a life: ready, asked, reloaded, stopped; the README shows it', async () => {
  const { program, port } = await start();
  expect(messages).toEqual(['READY=1\nSTATUS=counts up to 1000000']);
  expect(await ask(port, '/primes/1000000')).toBe('200 78498 primes up to 1000000');
  expect(await ask(port, '/primes/2000000')).toBe('400 2000000 is too large: at most 1000000');
  expect(await ask(port, '/')).toBe('404 ask for /primes/1000');

  configure({ largest: 100_000_000_000 });
  program.child.kill('SIGHUP');
  await program.line('reloaded: up to 100000000000');
  await until('the end of the reload', () => messages.length === 4);
  expect(messages.slice(1)).toEqual([
    expect.stringMatching(/^RELOADING=1\nMONOTONIC_USEC=\d+$/),
    'STATUS=counts up to 100000000000',
    'READY=1',
  ]);

  const { received } = await dial(port, 'GET /primes/100000000000 HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n');
  await ask(port, '/primes/10');
  program.child.kill('SIGTERM');
  expect(await received).toMatch(/^HTTP\/1\.1 503 [^]*\r\n\r\n[^]*stopping\n/);
  const { code, stdout, stderr } = await program.ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(messages.slice(4)).toEqual(['STOPPING=1']);
  const shown = stdout.trimEnd().replace(String(port), '8080').split('\n');
  expect(shown).toHaveLength(4);
  for (const line of shown) expect(read('README.md').split('\n')).toContain(line);
});

test('a configuration that makes no sense: the service goes on with the one it has', async () => {
  const { program, port } = await start();
  writeFileSync(file, '{ "port": 0 }');
  program.child.kill('SIGHUP');
  await until('the end of the reload', () => messages.length === 3);
  expect(messages[2]).toBe(`READY=1\nSTATUS=reload failed: Error: ${file}: largest must be a number`);
  expect(await ask(port, '/primes/10')).toBe('200 4 primes up to 10');
  program.child.kill('SIGTERM');
  expect((await program.ended).code).toBe(0);
});

test('the port is taken: never ready, exit code 1', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  try {
    await until('the other server', () => other.listening);
    configure({ port: (other.address() as AddressInfo).port });
    const { code, stderr } = await launch({}).ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/HEDDLE_SERVICE_FAILED[^]*EADDRINUSE/);
    await until('STOPPING', () => messages.includes('STOPPING=1'));
    expect(messages).toEqual([expect.stringMatching(/^STATUS=failed: Error: listen EADDRINUSE/), 'STOPPING=1']);
  } finally {
    other.close();
  }
});

test('a second Ctrl-C does not wait for a client that never finishes its request', async () => {
  const { program, port } = await start();
  const { socket: slow } = await dial(port, 'GET /primes/10 HTTP/1.1\r\nHost: here\r\n');
  try {
    expect(await ask(port, '/primes/10')).toMatch(/^200/);
    program.child.kill('SIGINT');
    await program.line('stopping: open requests are answered, others refused');
    program.child.kill('SIGINT');
    const { code, stderr } = await program.ended;
    expect(code).toBe(130);
    expect(stderr).toMatch(/HEDDLE_SERVICE_FORCED.*SIGINT came while it was stopping\nits main function has not returned\n/);
  } finally {
    slow.destroy();
  }
});

describe('the watchdog', () => {
  test('is fed while the service answers, and not while its event loop is blocked', async () => {
    const { port } = await start({}, watchdog);
    await until('feeds', () => feeds() >= 3);
    expect(await ask(port, '/block/300')).toBe('200 at last');
    const [blocked, free] = ['STATUS=blocked for 300 ms', 'STATUS=free again'].map((status) => messages.indexOf(status));
    expect(feeds(messages.slice(blocked, free))).toBeLessThanOrEqual(1); // one may have been under way; thirty would have fitted in
    const before = feeds();
    await until('feeds', () => feeds() >= before + 3);
  });

  test('is not fed any more when no thread has finished anything for busyTimeoutMs', async () => {
    const { program, port } = await start({ workers: 1, busyTimeoutMs: 100, largest: 100_000_000_000 }, watchdog);
    await until('feeds', () => feeds() >= 3);
    const endless = ask(port, '/primes/100000000000');
    for (let before = -1; before !== feeds();) {
      before = feeds();
      for (let i = 0; i < 100; i++) await ask(port, '/'); // the event loop answers all the time
    }
    program.child.kill('SIGTERM');
    expect(await endless).toBe('503 stopping');
    const { code, stderr } = await program.ended;
    expect(code).toBe(0);
    expect(stderr).toMatch(/HEDDLE_WATCHDOG_STARVES.*the watchdog is not fed: ThreadPoolExecutor does not answer\n/);
  });
});

test('the unit file fits the program: notify, the watchdog, a stop that leaves the service its time', () => {
  const unit = new Map(
    read('counting.service')
      .split('\n')
      .filter((line) => /^\w+=/.test(line))
      .map((line) => [line.split('=')[0] ?? '', line.replace(/^\w+=/, '')]),
  );
  expect(Object.fromEntries(unit)).toMatchObject({
    Type: 'notify',
    NotifyAccess: 'main',
    KillMode: 'mixed',
    ExecReload: '/bin/kill -HUP $MAINPID',
    Restart: 'on-failure',
    WatchdogSec: expect.stringMatching(/^\d+$/),
  });
  const { stopTimeoutMs } = JSON.parse(read('config.json')) as Config;
  expect(Number(unit.get('TimeoutStopSec')) * 1000).toBeGreaterThan(stopTimeoutMs);
});
