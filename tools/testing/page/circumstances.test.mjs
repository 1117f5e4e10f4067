// What happens around the page: a tab in the background, a full disk, files saved.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import * as unnoise from './command_line.mjs';
import { browser, distance, level, open, serve, withWebGPU } from './page_rig.mjs';
import { byteOf, openDarkroom } from './pictures.mjs';

let server;
before(async () => { server = await serve(); });
after(() => server.close());

const link = 'model=fashion&class=3&sampler=ddim&steps=4&eta=0&guidance=1&seed=6&n=1';

test('a tab in the background during a run loses nothing', async (t) => {
  const view = await open(t, { address: server.url, hash: link.replace('steps=4', 'steps=10') });
  const { page } = view;
  const cdp = await page.context().newCDPSession(page);
  await page.evaluate(() => {
    let last = performance.now();
    globalThis.stood = 0; // the longest time that this page stood still, ms
    setInterval(() => {
      stood = Math.max(stood, performance.now() - last);
      last = performance.now();
    }, 50);
  });
  await page.click('#play');
  await page.waitForFunction(() => unnoise.moment.remaining <= 8, null, { polling: 5 });
  // As a browser does with a tab that is not seen: its scripts stand still, its
  // worker too, timers run late.
  await cdp.send('Page.setWebLifecycleState', { state: 'frozen' });
  await new Promise((r) => setTimeout(r, 2500));
  await cdp.send('Page.setWebLifecycleState', { state: 'active' });
  await view.reaches('done');
  assert.ok(await page.evaluate(() => stood) > 2000, 'it did stand still');
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

test('saved pictures have the pixels of the values', async (t) => {
  const darkroom = await openDarkroom(t, await browser(withWebGPU));
  const view = await open(t, { address: server.url, tier: 'cpu', hash: link.replace('n=1', 'n=4'), context: { acceptDownloads: true } });
  const { page } = view;
  await view.finish();
  const film = await view.film();
  const side = 32;
  const size = side * side;

  /** Presses a button and returns the name of the file and its pixels. */
  const save = async (button) => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.click(button)]);
    const base64 = readFileSync(await download.path()).toString('base64');
    const { width, height, pixels } = await darkroom.evaluate(async (base64) => {
      const { width, height, data } = await decode(base64);
      return { width, height, pixels: [...data] };
    }, base64);
    return { name: download.suggestedFilename(), width, height, pixels };
  };
  /** That the file shows pictures (values of one each), enlarged, in rows of columns. */
  const shows = ({ width, height, pixels }, pictures, columns, scale) => {
    assert.deepEqual([width, height], [columns * side * scale, Math.ceil(pictures.length / columns) * side * scale]);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const [column, row] = [Math.floor(x / scale / side), Math.floor(y / scale / side)];
        const value = pictures[row * columns + column]?.[Math.floor(y / scale) % side * side + Math.floor(x / scale) % side];
        if (value === undefined) continue;
        const at = 4 * (y * width + x);
        const want = byteOf(value);
        if (pixels[at] !== want || pixels[at + 1] !== want || pixels[at + 2] !== want || pixels[at + 3] !== 255) {
          assert.fail(`the pixel at ${x}, ${y} is ${pixels.slice(at, at + 4)}, not ${want}`);
        }
      }
    }
  };
  const parts = (xt) => Array.from({ length: 4 }, (_, k) => xt.slice(k * size, (k + 1) * size));

  await page.selectOption('#save-scale', '1');
  const result = await save('#save-picture');
  assert.equal(result.name, 'unnoise-fashion-class3-ddim4-seed6-step4.png');
  shows(result, parts(film.at(-1).xt), 2, 1);
  await view.press('Home');
  await page.focus('#timeline');
  await view.press('Home');
  await view.shows(0);
  await page.selectOption('#save-scale', '8');
  shows(await save('#save-picture'), parts(film[0].xt), 2, 8);
  await page.click('#picks [data-pick="2"]');
  const strip = await save('#save-film');
  assert.equal(strip.name, 'unnoise-fashion-class3-ddim4-seed6-film.png');
  shows(strip, film.map(({ xt }) => parts(xt)[2]), film.length, 8);

  await page.click('#tab-noise');
  await page.waitForFunction(() => unnoise.moment?.x0);
  await page.selectOption('#save-scale', '1');
  const noisy = await save('#save-picture');
  assert.equal(noisy.name, 'unnoise-noise-t250.png');
  shows(noisy, [(await view.moment()).xt], 1, 1);
  const levels = await save('#save-film');
  assert.deepEqual([levels.width, levels.height], [40 * side, side]);
});
