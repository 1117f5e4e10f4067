// What the engine's worker makes of downloads, and of what it stored.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load, ready, server } from './engine_standin.mjs';

test('downloads that go wrong', async (t) => {
  const { page } = await ready(t, 'cpu');
  for (const [URL, sentence] of [
    ['missing.gguf', /server answered 404/],
    ['refused.gguf', /could not be downloaded/],
    ['broken.gguf', /broke off after \d+ of \d+ bytes/],
    ['short.gguf', /ended after \d+ of \d+ bytes/],
    ['long.gguf', /larger than/],
    ['damaged.gguf', /damaged.*SHA-256/],
    ['page.gguf', /a web page instead/],
    ['plain.gguf', /a web page instead/],
  ]) {
    // Another hash than the stored model's, so that all of them are fetched.
    const SHA256 = '0'.repeat(64);
    const said = await page.evaluate((load) => engine.load(load), { ...load, URL, SHA256 });
    assert.equal(said.kind, 'error', URL);
    assert.match(said.Message, sentence);
    assert.match(said.Hint, /\.$/);
  }
  assert.equal((await page.evaluate((load) => engine.load(load), load)).kind, 'loaded', 'the engine goes on');
  const nonsense = await page.evaluate((load) => engine.load(load), { ID: 'x', URL: 'build.json', SHA256: '', Size: 0 });
  assert.match(nonsense.Message, /cannot be used.*gguf/);
});

test('the model is stored, and a damaged copy replaced', async (t) => {
  const { page, loaded } = await ready(t, 'cpu');
  const again = () => page.evaluate((load) => engine.load(load), load);
  const fetched = () => server.requests.filter((path) => path === '/standin.gguf').length;
  assert.equal(loaded.Cached, false);

  let count = fetched();
  assert.equal((await again()).Cached, true);
  assert.equal(fetched(), count, 'nothing is fetched');

  await page.evaluate((hash) => new Promise((settled, failed) => {
    const request = indexedDB.open('unnoise');
    request.onerror = failed;
    request.onsuccess = () => {
      const transaction = request.result.transaction('models', 'readwrite');
      transaction.objectStore('models').put(new Blob([new Uint8Array(1000)]), hash);
      transaction.onerror = failed;
      transaction.oncomplete = () => { request.result.close(); settled(); };
    };
  }), load.SHA256);
  count = fetched();
  assert.equal((await again()).Cached, false);
  assert.equal(fetched(), count + 1);
  assert.equal((await again()).Cached, true);
});
