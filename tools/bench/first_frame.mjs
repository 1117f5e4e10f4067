// How long a visitor who comes back waits for the first picture: the page in
// Chromium with SwiftShader, everything in its cache, from the navigation to the
// first drawing of x_t. Prints the median of the reloads and where the time goes,
// and as the last line JSON for bench.mjs.
//
// Usage: node tools/bench/first_frame.mjs [--reloads 5] [--site site]
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const { values: options } = parseArgs({
  options: { reloads: { type: 'string', default: '5' }, site: { type: 'string', default: join(root, 'site') } },
});
process.env.UNNOISE_SITE = resolve(options.site);
const { launch, serve, withWebGPU } = await import('../testing/page/engine_rig.mjs');

const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];

/** The marks of a page, in ms since its navigation began, once the first picture is drawn. */
const marks = (page) => page.evaluate(async () => {
  const wanted = ['page compiled', 'page started', 'first picture'];
  for (;;) {
    const found = wanted.map((name) => performance.getEntriesByName(`unnoise ${name}`)[0]?.startTime);
    if (!found.includes(undefined)) return Object.fromEntries(wanted.map((name, i) => [name, found[i]]));
    await new Promise((r) => setTimeout(r, 20));
  }
});

const server = await serve();
const browser = await launch([withWebGPU]);
try {
  const page = await browser.newPage();
  await page.goto(server.url);
  await page.evaluate(async () => {
    const { active } = await navigator.serviceWorker.ready;
    while (active.state !== 'activated') await new Promise((r) => setTimeout(r, 20));
  });
  await page.waitForFunction(() => ['ready', 'running', 'done'].includes(document.body.dataset.state), null, { timeout: 120_000 });
  const rows = [];
  for (let i = 0; i < Number(options.reloads); i++) {
    await page.reload();
    rows.push(await marks(page));
    await page.waitForFunction(() => ['ready', 'running', 'done'].includes(document.body.dataset.state), null, { timeout: 120_000 });
  }
  const of = (name) => rows.map((row) => row[name]);
  for (const name of Object.keys(rows[0])) {
    console.log(`${name.padEnd(16)}${Math.round(median(of(name)))} ms (${of(name).map(Math.round).join(', ')})`);
  }
  console.log(JSON.stringify({ case: 'first-frame', adapter: 'swiftshader', ms_median: median(of('first picture')), ms_min: Math.min(...of('first picture')) }));
} finally {
  await browser.close();
  server.close();
}
