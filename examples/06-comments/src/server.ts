import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Tree } from './tree.js';

/** What goes wrong, by the paths of requests: `/item/7`, `/log`. */
export interface Faults {
  /** How long an answer takes, in milliseconds. */
  readonly latencyMs?: (path: string) => number;
  /** How often the answer is 503, before it is a proper one. */
  readonly failing?: Iterable<readonly [path: string, times: number]>;
  /** What is answered only when `release` says so. */
  readonly held?: Iterable<string>;
}

/**
 * An API like that of Hacker News, on a port of this machine: `/topstories` and `/item/ID` answer with JSON, `/log` takes lines. It
 * tells what it was asked.
 */
export class CommentsServer implements AsyncDisposable {
  /** Paths of the requests for items so far. */
  readonly requested: string[] = [];
  /** Paths of requests whose client went away before they were answered. */
  readonly aborted: string[] = [];
  /** Lines of the log. */
  readonly logged: string[] = [];
  readonly #tree: Tree;
  readonly #latencyMs: (path: string) => number;
  readonly #failing: Map<string, number>;
  readonly #held: Set<string>;
  readonly #releases = new Map<string, (() => void)[]>();
  readonly #whenIdle: (() => void)[] = [];
  readonly #server: Server = createServer((request, response) => {
    this.#answer(request, response).catch(() => response.destroy()); // the client went away
  });
  #inside = 0;
  #mostInside = 0;

  private constructor(tree: Tree, { latencyMs = () => 0, failing = [], held = [] }: Faults) {
    this.#tree = tree;
    this.#latencyMs = latencyMs;
    this.#failing = new Map(failing);
    this.#held = new Set(held);
  }

  static async start(tree: Tree, faults: Faults = {}): Promise<CommentsServer> {
    const server = new CommentsServer(tree, faults);
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  /** How many requests for items are not answered. */
  get inside(): number {
    return this.#inside;
  }

  /** The most requests for items that there were at a time. */
  get mostInside(): number {
    return this.#mostInside;
  }

  /** Resolves when no request for an item is there. */
  async idle(): Promise<void> {
    if (this.#inside > 0) await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
  }

  /** Answers what was held, and holds it no longer. */
  release(path: string): void {
    this.#held.delete(path);
    for (const answer of this.#releases.get(path)?.splice(0) ?? []) answer();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    const isItem = path.startsWith('/item/');
    if (isItem) {
      this.requested.push(path);
      this.#mostInside = Math.max(this.#mostInside, ++this.#inside);
    }
    response.on('close', () => {
      if (!response.writableFinished) this.aborted.push(path);
      if (isItem) this.#inside -= 1;
      if (this.#inside === 0) for (const resolve of this.#whenIdle.splice(0)) resolve();
    });
    await this.#delay(path);
    const left = this.#failing.get(path) ?? 0;
    if (left > 0) {
      this.#failing.set(path, left - 1);
      response.writeHead(503).end();
      return;
    }
    const body = await this.#bodyOf(path, request);
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  async #delay(path: string): Promise<void> {
    const ms = this.#latencyMs(path);
    if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
    if (!this.#held.has(path)) return;
    const waiting = this.#releases.get(path) ?? [];
    this.#releases.set(path, waiting);
    await new Promise<void>((resolve) => waiting.push(resolve));
  }

  async #bodyOf(path: string, request: IncomingMessage): Promise<unknown> {
    if (path === '/topstories') return this.#tree.stories;
    if (path !== '/log') return this.#tree.items.get(Number(path.slice('/item/'.length)));
    this.logged.push(await text(request));
    return {};
  }
}
