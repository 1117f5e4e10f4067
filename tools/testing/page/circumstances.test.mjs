// What happens around the page: a tab in the background, a full disk, files saved.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import * as unnoise from './command_line.mjs';
import { browser, distance, level, open, openPage, serve, View, withWebGPU } from './page_rig.mjs';
import { byteOf, openDarkroom } from './pictures.mjs';

let server;
before(async () => { server = await serve(); });
after(() => server.close());

const link = 'model=fashion&class=3&sampler=ddim&steps=4&eta=0&guidance=1&seed=6&n=1';

// Runs in the page before anything else. background(true) is what browsers do to a
// tab that is not seen: no frames, timers once a second at most; workers go on. (A
// headless browser takes every tab for seen.)
function canBeHidden() {
  let hidden = false;
  const frames = [];
  const { requestAnimationFrame: frame, setTimeout: timeout } = window;
  globalThis.held = 0; // frames and timers that were held back
  window.requestAnimationFrame = (f) => {
    if (!hidden) return frame(f);
    held++;
    return frames.push(f);
  };
  window.setTimeout = (f, ms, ...rest) => {
    if (hidden) held++;
    return timeout(f, hidden ? Math.max(ms ?? 0, 1000) : ms, ...rest);
  };
  Object.defineProperty(document, 'hidden', { get: () => hidden });
  Object.defineProperty(document, 'visibilityState', { get: () => (hidden ? 'hidden' : 'visible') });
  globalThis.background = (on) => {
    hidden = on;
    document.dispatchEvent(new Event('visibilitychange'));
    if (!on) frames.splice(0).forEach((f) => frame(f));
  };
}

test('a tab in the background during a run loses nothing', async (t) => {
  const page = await openPage(t);
  await page.addInitScript(canBeHidden);
  await page.goto(`${server.url}#${link.replace('steps=4', 'steps=6')}`);
  const view = new View(page);
  await view.reaches('ready');
  await page.click('#play');
  await page.waitForFunction(() => unnoise.moment.remaining <= 5, null, { polling: 5 });
  await page.evaluate(() => background(true));
  await new Promise((r) => setTimeout(r, 3000));
  assert.ok(await page.evaluate(() => held) > 0, 'the page is held back');
  await page.evaluate(() => background(false));
  await view.reaches('done');
  const film = await view.film();
  const want = unnoise.trajectory(await view.hash());
  assert.equal(film.length, want.length);
  for (const [i, { t, xt }] of film.entries()) {
    assert.equal(t, want[i].t);
    assert.ok(distance(xt, want[i].xt) <= level, `step ${i}`);
  }
  assert.deepEqual(await view.notices(), [], 'nothing is said to be wrong');
  assert.equal(await view.runs(), 1);
});

test('a full disk: the model is used, and one sentence says that it is not kept', async (t) => {
  const view = await open(t, { address: 'about:blank', wait: false });
  const { page } = view;
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Storage.overrideQuotaForOrigin', { origin: new URL(server.url).origin, quotaSize: 1000 });
  await page.goto(`${server.url}?tier=cpu#${link}`);
  await view.reaches('ready');
  assert.match(await view.says(/stored/), /^The model will be downloaded again next time, since it could not be stored: .*quota.*\.$/i);
  assert.ok(distance(await view.finish(), unnoise.trajectory(link).at(-1).xt) <= level);
  const models = () => server.requests.filter((path) => path.endsWith('.gguf')).length;
  const before = models();
  await cdp.send('Storage.overrideQuotaForOrigin', { origin: new URL(server.url).origin });
  await page.reload();
  await view.reaches('ready');
  assert.equal(models(), before + 1, 'it is downloaded again');
  assert.equal(await view.notice(), '');
  await page.reload();
  await view.reaches('ready');
  assert.equal(models(), before + 1, 'and kept this time');
});

test('where service workers are blocked, the page works and says nothing', async (t) => {
  const view = await open(t, { address: server.url, tier: 'cpu', hash: link, context: { serviceWorkers: 'block' } });
  assert.equal(await view.page.evaluate(() => navigator.serviceWorker.register('service_worker.js')), undefined, 'it is blocked');
  assert.ok(distance(await view.finish(), unnoise.trajectory(link).at(-1).xt) <= level);
  assert.deepEqual(await view.notices(), []);

  // The other ways not to have any: what a page makes of each is a sentence, never an error.
  const said = await view.page.evaluate(async () => {
    const { keepOffline } = await import('./offline.js');
    const said = {};
    const as = async (way, get) => {
      Object.defineProperty(navigator, 'serviceWorker', { configurable: true, get });
      said[way] = await keepOffline(() => { throw new Error('there is no newer build'); });
    };
    await as('absent', () => undefined);
    await as('denied', () => { throw new DOMException('The operation is insecure.', 'SecurityError'); });
    await as('unregistered', () => ({ register: () => Promise.reject(new TypeError('a bad script')) }));
    await as('ignored', () => ({ register: async () => {} }));
    return said;
  });
  const not = /^This browser does not let the page be kept for offline visits\.$/;
  assert.match(said.absent, not);
  assert.match(said.ignored, not);
  assert.match(said.denied, /^The page could not be kept for offline visits: The operation is insecure\.$/);
  assert.match(said.unregistered, /^The page could not be kept for offline visits: a bad script\.$/);
});

test('saved pictures have the pixels of the values', async (t) => {
  const darkroom = await openDarkroom(t, await browser(withWebGPU));
  const view = await open(t, { address: server.url, tier: 'cpu', hash: link.replace('n=1', 'n=4'), context: { acceptDownloads: true } });
  const { page } = view;
  await view.finish();
  const film = await view.film();
  const side = 32;
  const size = side * side;

  /** Presses a button and returns the file. */
  const save = async (button) => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.click(button)]);
    return { name: download.suggestedFilename(), base64: readFileSync(await download.path()).toString('base64') };
  };
  /** That the file shows pictures (values of one each), enlarged, in rows of columns. */
  const shows = async ({ base64 }, pictures, columns, scale) => {
    const bytes = pictures.map((values) => [...values].map(byteOf));
    const { size, wrong } = await darkroom.evaluate(async ([base64, bytes, columns, scale, side]) => {
      const { width, height, data } = await decode(base64);
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const [column, row] = [Math.floor(x / scale / side), Math.floor(y / scale / side)];
          const want = bytes[row * columns + column]?.[Math.floor(y / scale) % side * side + Math.floor(x / scale) % side];
          const at = 4 * (y * width + x);
          if (want !== undefined && (data[at] !== want || data[at + 1] !== want || data[at + 2] !== want || data[at + 3] !== 255)) {
            return { size: [width, height], wrong: `the pixel at ${x}, ${y} is ${[...data.slice(at, at + 4)]}, not ${want}` };
          }
        }
      }
      return { size: [width, height] };
    }, [base64, bytes, columns, scale, side]);
    assert.deepEqual(size, [columns * side * scale, Math.ceil(pictures.length / columns) * side * scale]);
    assert.equal(wrong, undefined);
  };
  const parts = (xt) => Array.from({ length: 4 }, (_, k) => xt.slice(k * size, (k + 1) * size));

  await page.selectOption('#save-scale', '1');
  const result = await save('#save-picture');
  assert.equal(result.name, 'unnoise-fashion-class3-ddim4-seed6-step4.png');
  await shows(result, parts(film.at(-1).xt), 2, 1);
  await view.press('Home');
  await page.focus('#timeline');
  await view.press('Home');
  await view.shows(0);
  await page.selectOption('#save-scale', '8');
  await shows(await save('#save-picture'), parts(film[0].xt), 2, 8);
  await page.click('#picks [data-pick="2"]');
  const strip = await save('#save-film');
  assert.equal(strip.name, 'unnoise-fashion-class3-ddim4-seed6-film.png');
  await shows(strip, film.map(({ xt }) => parts(xt)[2]), film.length, 8);

  await page.click('#tab-noise');
  await page.waitForFunction(() => unnoise.moment?.x0);
  await page.selectOption('#save-scale', '1');
  const noisy = await save('#save-picture');
  assert.equal(noisy.name, 'unnoise-noise-t250.png');
  await shows(noisy, [(await view.moment()).xt], 1, 1);
  // Forty levels of the 1000.
  const levels = await save('#save-film');
  const moment = await view.moment();
  const alphaBar = unnoise.alphaBar();
  const at = (t) => moment.x0.map((x, i) => Math.fround(Math.sqrt(alphaBar[t])) * x + Math.fround(Math.sqrt(1 - alphaBar[t])) * moment.eps[i]);
  const { size: [width, height], off } = await darkroom.evaluate(async ([base64, first, last, side]) => {
    const { width, height, data } = await decode(base64);
    let off = 0;
    for (const [column, values] of [[0, first], [width / side - 1, last]]) {
      values.forEach((v, i) => {
        const pixel = data[4 * (Math.floor(i / side) * width + column * side + i % side)];
        off = Math.max(off, Math.abs(pixel - Math.min(1, Math.max(0, (v + 1) / 2)) * 255));
      });
    }
    return { size: [width, height], off };
  }, [levels.base64, at(0), at(999), side]);
  assert.deepEqual([width, height], [40 * side, side]);
  assert.ok(off < 0.6, `a pixel of the first or the last level is ${off} off`);
});
