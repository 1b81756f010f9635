/** A headless Chromium, which runs a program with Heddle inside as a browser's page. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { build } from 'esbuild';

import { ROOT } from './paths.mjs';
import { describeEnding, run } from './run.mjs';

const INSTALL_MS = 6 * 60_000;
const LIMIT_MS = 2 * 60_000;
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'chrome'];

/**
 * Finds Chromium. The root user of a Debian machine gets it installed.
 *
 * @returns {Promise<string | undefined>} its path
 */
export async function findBrowser() {
  const found = () =>
    (process.env.PATH ?? '')
      .split(delimiter)
      .flatMap((folder) => NAMES.map((name) => join(folder, name)))
      .find((path) => existsSync(path));
  if (found() === undefined && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    const options = { env: { DEBIAN_FRONTEND: 'noninteractive' }, limitMs: INSTALL_MS, output: 'capture' };
    await run('apt-get', ['update', '-qq'], options);
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], options);
  }
  return found();
}

/**
 * Bundles a program as for a browser, and opens it.
 *
 * @param {string} browser - the path of Chromium
 * @param {string} program - a module, which sends what it found as JSON by POST to `/report`
 * @returns {Promise<unknown>} what it sent
 * @throws when it sends nothing
 */
export async function runInBrowser(browser, program) {
  const { outputFiles } = await build({
    entryPoints: [program],
    bundle: true,
    platform: 'browser',
    format: 'esm',
    write: false,
    absWorkingDir: ROOT,
    logLevel: 'silent',
  });
  const reported = withResolvers();
  const server = createServer((request, response) => {
    if (request.url === '/report') collect(request, (text) => reported.resolve(JSON.parse(text)));
    const isScript = request.url === '/program.js';
    response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' });
    response.end(isScript ? outputFiles[0].text : '<!doctype html><title>Heddle</title><script type="module" src="/program.js"></script>');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const profile = mkdtempSync(join(tmpdir(), 'heddle-browser-'));
  const stop = new AbortController();
  try {
    const args = [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      `--user-data-dir=${profile}`,
      '--remote-debugging-port=0',
    ];
    const ended = run(browser, [...args, `http://127.0.0.1:${String(server.address().port)}/`], {
      limitMs: LIMIT_MS,
      output: 'capture',
      signal: stop.signal,
    });
    const early = ended.then((result) =>
      Promise.reject(new Error(`Chromium ${describeEnding(result, LIMIT_MS) || 'ended'}\n${result.output.slice(-2000)}`)),
    );
    early.catch(() => {});
    const report = await Promise.race([reported.promise, early]);
    stop.abort();
    await ended;
    return report;
  } finally {
    stop.abort();
    server.closeAllConnections();
    server.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

function collect(request, done) {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => done(Buffer.concat(chunks).toString()));
}

function withResolvers() {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
}
