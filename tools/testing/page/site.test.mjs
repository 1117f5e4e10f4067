// The built site as files, and its service worker: the site is kept whole, builds
// are not mixed, and a newer build takes over when the page says so.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launch, serve, site } from './engine_rig.mjs';

const build = JSON.parse(readFileSync(join(site, 'build.json'), 'utf8'));

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

/** A page with the service worker of a site in charge, and nothing else. */
async function kept(t, answers = {}) {
  const server = await serve(answers);
  t.after(server.close);
  const context = await browser.newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  await page.goto(`${server.url}rig.html`);
  await page.evaluate(async () => {
    const { keepOffline } = await import('./offline.js');
    globalThis.updates = [];
    globalThis.problem = await keepOffline((apply) => updates.push(apply));
    if (problem) throw new Error(problem);
    const registration = await navigator.serviceWorker.ready;
    while (registration.active?.state !== 'activated' || !navigator.serviceWorker.controller) await new Promise((r) => setTimeout(r, 20));
  });
  return { server, page };
}

test('both programs together stay small', () => {
  const packed = build.page.size + build.engine.size;
  assert.ok(packed <= 4_500_000, `${packed} bytes`);
  for (const { file, size } of [build.page, build.engine]) assert.equal(statSync(join(site, file)).size, size);
});

test('every address is relative, and nothing is asked of another origin', () => {
  const files = readdirSync(site, { recursive: true }).filter((file) => /\.(html|js|css|webmanifest)$/.test(file));
  assert.ok(files.length >= 6, files.join(' '));
  for (const file of files) {
    const text = readFileSync(join(site, file), 'utf8');
    const wrong = [...text.matchAll(/\b(?:src|href|url|import|fetch|from)\s*[=(]?\s*["'(`]\s*((?:https?:)?\/[^"'`)\s]*)/g)].map((m) => m[1]);
    assert.deepEqual(wrong.filter((url) => !url.startsWith('http://www.w3.org/')), [], file);
  }
});

test('the site is kept for a visit without a connection, models apart', async (t) => {
  const { server, page } = await kept(t);
  server.close();
  const got = await page.evaluate(async (files) => {
    const answers = {};
    for (const file of files) answers[file] = await fetch(file).then((r) => r.arrayBuffer()).then((b) => b.byteLength, (e) => e.message);
    return answers;
  }, ['./', 'index.html', 'index.html?tier=cpu', 'build.json', build.exec, build.page.file, build.engine.file, 'worker.js', 'models/index.json', 'data/fashion.png']);
  for (const [file, size] of Object.entries(got)) {
    const path = file === './' ? 'index.html' : file.replace(/\?.*/, '');
    assert.equal(size, statSync(join(site, path)).size, file);
  }
  const stored = await page.evaluate(async () => {
    const cache = await caches.open((await caches.keys()).find((name) => name.includes('precache')));
    return (await cache.keys()).map((request) => request.url);
  });
  assert.ok(!stored.some((url) => url.includes('.gguf')), 'models are the engine’s to store');
});

test('a newer build waits until the page takes it, and then replaces all of the old', async (t) => {
  let newer = false;
  const text = readFileSync(join(site, 'service_worker.js'), 'utf8');
  const entry = text.match(/\{url:"build\.json",revision:"([0-9a-f]+)"\}/);
  assert.ok(entry, 'build.json is in the list');
  const { page } = await kept(t, {
    '/service_worker.js': (_, response) => {
      response.setHeader('content-type', 'text/javascript');
      response.end(newer ? text.replace(entry[1], 'f'.repeat(12)) : text);
    },
    '/build.json': (_, response, bytes) => {
      response.setHeader('content-type', 'application/json');
      response.end(newer ? '{"newer": true}' : bytes);
    },
  });
  const read = () => page.evaluate(() => fetch('build.json').then((r) => r.json()));
  newer = true;
  await page.evaluate(async () => {
    await (await navigator.serviceWorker.getRegistration()).update();
    while (updates.length === 0) await new Promise((r) => setTimeout(r, 20));
  });
  assert.deepEqual(await read(), build, 'the old build is still whole');
  await Promise.all([page.waitForEvent('load'), page.evaluate(() => updates[0]())]);
  assert.deepEqual(await read(), { newer: true });
});
