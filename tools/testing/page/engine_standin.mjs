// The tiny random model, its server with what goes wrong in downloads, and a browser for
// each tier: what the tests of the engine's worker share. Importing it opens them before
// the first test of a file and closes them after the last.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { launch, openRig, serve, withWebGPU } from './engine_rig.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

export let bytes; // of the model
export let load; // its message
export let server;
const browsers = {};

const octets = (response, body) => {
  response.setHeader('content-type', 'application/octet-stream');
  response.end(body);
};
const damaged = (from) => {
  const copy = Buffer.from(from);
  copy[copy.length >> 1] ^= 1;
  return copy;
};

before(async () => {
  const scratch = mkdtempSync(join(tmpdir(), 'unnoise-engine-'));
  const file = join(scratch, 'standin.gguf');
  execFileSync('go', ['run', './tools/testing/standin', '-out', file], { cwd: root, stdio: 'inherit' });
  bytes = readFileSync(file);
  rmSync(scratch, { recursive: true });
  const SHA256 = createHash('sha256').update(bytes).digest('hex');
  load = { ID: 'standin', URL: 'standin.gguf', SHA256, Size: bytes.length };
  server = await serve({
    '/standin.gguf': (_, response) => octets(response, bytes),
    '/damaged.gguf': (_, response) => octets(response, damaged(bytes)),
    '/short.gguf': (_, response) => octets(response, bytes.subarray(0, bytes.length - 100)),
    '/long.gguf': (_, response) => octets(response, Buffer.concat([bytes, Buffer.alloc(100)])),
    '/page.gguf': (_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html>'),
    '/plain.gguf': (_, response) => octets(response, Buffer.from('<!doctype html>'.padEnd(bytes.length))),
    '/broken.gguf': (_, response) => {
      response.setHeader('content-length', bytes.length);
      response.write(bytes.subarray(0, 1000), () => response.destroy());
    },
    '/refused.gguf': (request) => request.socket.destroy(),
  });
});

after(async () => {
  await Promise.all(Object.values(browsers).map((browser) => browser.close()));
  server?.close();
});

export const spec = { model: 'standin', class: -1, sampler: 'ddim', steps: 4, eta: 0, guidance: 1, seed: 5, n: 2 };
export const ancestral = { ...spec, sampler: 'ddpm', variance: 'fixed_small' };

/** The browser of a tier, opened when it is first wanted. */
export async function browserOf(tier) {
  return (browsers[tier] ??= await launch(tier === 'webgpu' ? [withWebGPU] : []));
}

/** Opens a page with an engine that has loaded the model. */
export async function ready(t, tier, { url = server.url, args } = {}) {
  const browser = args ? await launch(args) : await browserOf(tier);
  if (args) t.after(() => browser.close());
  const page = await openRig(browser, { url });
  t.after(() => page.context().close());
  const said = await page.evaluate(async (load) => {
    globalThis.engine = new Engine();
    return [await engine.open(), await engine.load(load)];
  }, load);
  return { page, opened: said[0], loaded: said[1] };
}

const kept = {}; // by tier

/**
 * The same as ready, once for a tier: for tests that leave the engine as it was. On
 * SwiftShader compiling the kernels takes longer than all that is computed with them.
 */
export const shared = (tier) => (kept[tier] ??= ready({ after: () => {} }, tier)); // closed with the browser

export const run = (page, id, spec, options) => page.evaluate(([id, spec, options]) => engine.run(id, spec, options), [id, spec, options]);
export const steps = (said) => said.filter((m) => m.kind === 'step');
export const largestDifference = (a, b) => {
  assert.equal(a.length, b.length);
  return a.reduce((most, v, i) => Math.max(most, Math.abs(v - b[i])), 0);
};
