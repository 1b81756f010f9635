/**
 * Counts primes on threads for whoever asks by HTTP, until it is told to stop: `node dist/main.js config.json`.
 * counting.service runs it under systemd.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ThreadPoolExecutor, runService } from 'heddle';
import { answer } from './answer.js';
import { readConfig } from './config.js';

const file = process.argv[2] ?? 'config.json';
let config = await readConfig(file);

const { reason, exitCode } = await runService(
  async ({ use, ready, status, untilStop }) => {
    const pool = use(new ThreadPoolExecutor({ maxWorkers: config.workers }));
    const server = createServer((request, response) => {
      void answer(request.url ?? '', { pool, largest: config.largest, status })
        .catch((error: unknown) => ({ code: 500, text: String(error) }))
        .then(({ code, text }) => response.writeHead(code).end(`${text}\n`));
    });
    server.listen(config.port, '127.0.0.1');
    await once(server, 'listening');
    console.log(
      `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/primes/1000 counts primes, up to ${String(config.largest)}`,
    );
    await ready(`counts up to ${String(config.largest)}`);

    await untilStop();
    console.log('stopping: open requests are answered, others refused');
    server.close();
    await once(server, 'close');
  },
  {
    stopTimeoutMs: config.stopTimeoutMs,
    busyTimeoutMs: config.busyTimeoutMs,
    onReload: async ({ status }) => {
      config = await readConfig(file);
      console.log(`reloaded: up to ${String(config.largest)}`);
      await status(`counts up to ${String(config.largest)}`);
    },
  },
);
console.log(`${reason}, exit code ${String(exitCode)}`);
