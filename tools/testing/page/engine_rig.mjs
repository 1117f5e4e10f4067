// A rig for tests of the engine's worker: the built site behind a server that can
// also misbehave, a browser, and a page that speaks to the worker as package
// wasm/client does.
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, extname, join, normalize, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
export const site = process.env.UNNOISE_SITE ?? join(root, 'site');

const types = {
  '.html': 'text/html', '.js': 'text/javascript', '.json': 'application/json', '.css': 'text/css',
  '.png': 'image/png', '.svg': 'image/svg+xml', '.gz': 'application/gzip', '.gguf': 'application/octet-stream',
};

/** Serves the site; answers maps a path to (request, response, file's bytes) for what must go wrong. */
export async function serve(answers = {}) {
  const requests = [];
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url, 'http://x').pathname);
    requests.push(path);
    if (path === '/rig.html') {
      response.setHeader('content-type', 'text/html');
      response.end('<!doctype html><title>rig</title>');
      return;
    }
    const file = join(site, path === '/' ? 'index.html' : path);
    const bytes = existsSync(file) ? readFileSync(file) : undefined;
    if (answers[path]) return answers[path](request, response, bytes);
    if (!bytes) {
      response.statusCode = 404;
      response.end('no such file');
      return;
    }
    response.setHeader('content-type', types[extname(file)] ?? 'application/octet-stream');
    response.end(bytes);
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return { url: `http://127.0.0.1:${server.address().port}/`, requests, close: () => { server.close(); server.closeAllConnections(); } };
}

export const launch = (args = []) =>
  chromium.launch({
    executablePath: process.env.UNNOISE_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--use-webgpu-adapter=swiftshader', ...args],
  });

/** With it the browser offers WebGPU, without it the adapter is refused. */
export const withWebGPU = '--enable-unsafe-webgpu';

/** Opens the rig's page and defines globalThis.engine in it. */
export async function openRig(browser, server, { context } = {}) {
  context ??= await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${server.url}rig.html`);
  await page.evaluate(defineEngine);
  return page;
}

// Runs in the page.
function defineEngine() {
  class Engine {
    constructor() {
      this.heard = [];
      this.waiting = [];
      this.begin();
    }

    begin(module) {
      this.worker = new Worker('worker.js', { type: 'module' });
      this.worker.onmessage = ({ data }) => {
        if (data.module) this.module = data.module;
        if (data.unnoise) this.version = data.unnoise;
        const message = data.kind
          ? { kind: data.kind, ...JSON.parse(data.body).Message, floats: data.floats ? [...new Float32Array(data.floats)] : [], lengths: JSON.parse(data.body).Lengths.map((length) => Math.max(0, length)), at: performance.now() }
          : { kind: data.ended ? 'ended' : data.loading ? 'loading' : 'module', ...data, module: undefined };
        this.heard.push(message);
        this.waiting = this.waiting.filter((w) => !w(message));
      };
      this.worker.postMessage({ module });
    }

    /** Resolves with the first message, from now on or already heard after `since`, that satisfies accept. */
    wait(accept, since = this.heard.length) {
      const found = this.heard.slice(since).find(accept);
      if (found) return Promise.resolve(found);
      return new Promise((settle) => this.waiting.push((m) => accept(m) && (settle(m), true)));
    }

    kind(...kinds) {
      return this.wait((m) => kinds.includes(m.kind) || m.kind === 'ended', 0);
    }

    post(kind, Message, ...floats) {
      const joined = Float32Array.from(floats.flatMap((f) => f ?? []));
      const body = JSON.stringify({ Message, Lengths: floats.map((f) => f?.length ?? -1) });
      this.worker.postMessage({ unnoise: this.version, kind, body, floats: joined.buffer });
    }

    async open(Tier = '') {
      await this.kind('listening');
      this.post('open', { Tier });
      return this.kind('ready');
    }

    async load(Load) {
      const since = this.heard.length;
      this.post('load', Load);
      return this.wait((m) => ['loaded', 'ended'].includes(m.kind) || (m.kind === 'error' && m.ModelID), since);
    }

    /** Measures the kernels; resolves with the answer. */
    async tune() {
      const since = this.heard.length;
      this.post('tune', {});
      return this.wait((m) => ['tuned', 'ended'].includes(m.kind), since);
    }

    /** Runs to the end; resolves with everything said about the run. */
    async run(RunID, Spec, { Start = null, From = 0, Xt = null, Before = null } = {}) {
      const since = this.heard.length;
      this.post('run', { RunID, Spec, From }, Start, Xt, Before);
      await this.wait((m) => m.kind === 'ended' || m.Fatal || (m.RunID === RunID && ['done', 'error', 'cancelled'].includes(m.kind)), since);
      return this.heard.slice(since).filter((m) => m.RunID === RunID || ['device-lost', 'ended'].includes(m.kind));
    }
  }
  globalThis.Engine = Engine;
}
