// A second visit, with and without a connection.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as unnoise from './command_line.mjs';
import { distance, level, open, serve } from './page_rig.mjs';

const link = 'model=fashion&class=1&sampler=ddim&steps=2&eta=1&guidance=1&seed=3&n=1';

test('a second visit fetches no model, and one without a connection works wholly', async (t) => {
  const server = await serve();
  t.after(server.close);
  const view = await open(t, { address: server.url, tier: 'cpu', hash: link });
  const models = () => server.requests.filter((path) => path.endsWith('.gguf'));
  assert.deepEqual(models(), [`/models/${unnoise.model.file}`]);
  const result = await view.finish();
  assert.ok(distance(result, unnoise.trajectory(link).at(-1).xt) <= level);
  await view.page.evaluate(async () => {
    const { active } = await navigator.serviceWorker.ready;
    while (active.state !== 'activated') await new Promise((r) => setTimeout(r, 20));
  });

  const context = view.page.context();
  const second = await open(t, { address: server.url, tier: 'cpu', hash: link, context });
  assert.equal(models().length, 1, 'the model is kept');
  const loading = await second.page.evaluate(() => seen.loading);
  assert.ok(loading.some((text) => /kept from an earlier visit/.test(text)), loading.join(', '));
  assert.deepEqual(await second.finish(), result);

  // Both, since a service worker's own requests do not heed the first.
  await context.setOffline(true);
  server.close();
  const asked = server.requests.length;
  await second.page.reload();
  await second.reaches('ready', 'running', 'done', 'failed');
  assert.equal(await second.notice(), '');
  assert.deepEqual(await second.finish(), result);
  await second.page.click('#tab-noise');
  await second.page.waitForFunction(() => document.querySelectorAll('#gallery button').length > 0);
  assert.ok((await second.moment()).x0, 'the example pictures are there');
  assert.equal(server.requests.length, asked);

  // A link that has never been visited, typed into the address bar.
  const other = link.replace('seed=3', 'seed=4');
  const third = await open(t, { address: server.url, tier: 'cpu', hash: other, context });
  assert.ok(distance(await third.finish(), unnoise.trajectory(other).at(-1).xt) <= level);
});
