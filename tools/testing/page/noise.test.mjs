// Noise: q(x_t|x_0) of examples, drawings and uploads, and the way back.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import * as unnoise from './command_line.mjs';
import { site } from './engine_rig.mjs';
import { browser, distance, level, open, serve, withWebGPU } from './page_rig.mjs';
import { middles, openDarkroom, png } from './pictures.mjs';

let server;
let scratch;
before(async () => {
  server = await serve();
  scratch = mkdtempSync(join(tmpdir(), 'unnoise-noise-'));
});
after(() => {
  server.close();
  rmSync(scratch, { recursive: true, force: true });
});

const side = 32;
const last = 999;
const valueOf = (byte) => byte / 127.5 - 1;

test('Noise', async (t) => {
  const alphaBar = unnoise.alphaBar();
  const list = JSON.parse(readFileSync(join(site, 'data/fashion.json'), 'utf8'));
  const darkroom = await openDarkroom(t, await browser(withWebGPU));
  const rows = Math.ceil(list.labels.length / list.columns);
  const sheet = await middles(darkroom, readFileSync(join(site, 'data', list.file)), list.columns * side, rows * side);
  /** x_0 of an example. */
  const example = (k) => Array.from({ length: side * side }, (_, i) => {
    const x = (k % list.columns) * side + i % side;
    const y = Math.floor(k / list.columns) * side + Math.floor(i / side);
    return valueOf(sheet[y * list.columns * side + x][0]);
  });
  // Ho et al. 2020, eq. 4.
  const noised = (x0, eps, t) => x0.map((x, i) => Math.sqrt(alphaBar[t]) * x + Math.sqrt(1 - alphaBar[t]) * eps[i]);

  const view = await open(t, { address: server.url, tier: 'cpu', hash: 'class=2&steps=2&guidance=1' });
  const { page } = view;
  await page.click('#tab-noise');
  await page.waitForFunction(() => document.querySelectorAll('#gallery button').length > 0);

  /** That the moment shown is this picture with the seed's noise at its t. */
  const showsNoised = async (x0, seed) => {
    const moment = await view.moment();
    const eps = [...unnoise.noise(seed)];
    assert.ok(distance(moment.x0, x0) < 1e-6, 'x_0');
    assert.ok(distance(moment.eps, eps) < 2e-6, 'ε');
    assert.ok(distance(moment.xt, noised(x0, eps, moment.t)) < 1e-5, `x_t at ${moment.t}`);
    assert.equal(await view.symbol('timestep'), String(moment.t));
    for (const [name, want] of [['signal kept', alphaBar[moment.t]], ['of the picture', Math.sqrt(alphaBar[moment.t])], ['of the noise', Math.sqrt(1 - alphaBar[moment.t])]]) {
      const shown = await view.number(name);
      assert.ok(Math.abs(shown - want) <= 1e-3 * want, `${name} is ${shown}, not ${want}`);
    }
    return moment;
  };

  await t.test('an example at any t', async () => {
    assert.equal(await page.locator('#gallery button').count(), list.labels.length);
    await showsNoised(example(0), 0);
    await page.focus('#timeline');
    for (const [key, t] of [['Home', 0], ['ArrowRight', 1], ['End', last], ['ArrowLeft', last - 1]]) {
      await view.press(key);
      await view.shows(t);
      assert.equal((await showsNoised(example(0), 0)).t, t);
    }
    const film = await page.locator('#frame-film').boundingBox();
    await page.mouse.click(film.x + film.width / 2, film.y + film.height / 2);
    await page.waitForFunction(() => Math.abs(Number(document.body.dataset.step) - 499.5) < 5);
    await showsNoised(example(0), 0);
  });

  await t.test('another example, another seed', async () => {
    await page.click('#gallery [data-sample="13"]');
    await page.fill('#noise-seed', '77');
    await view.press('Enter');
    await page.waitForFunction(() => document.querySelector('#gallery [data-sample="13"]').getAttribute('aria-checked') === 'true');
    await showsNoised(example(13), 77);
    await page.focus('#gallery [data-sample="13"]');
    await view.press('ArrowRight');
    await page.waitForFunction(() => document.activeElement.dataset.sample === '14' && document.activeElement.getAttribute('aria-checked') === 'true');
    await showsNoised(example(14), 77);
    await page.fill('#noise-seed', 'lucky');
    await view.press('Enter');
    await view.says(/“lucky” is not a seed/);
    await showsNoised(example(14), 77);
  });

  /** Denoises from here and holds it against the command line, from the same picture as a PNG file. */
  const comesBack = async (grey, seed, picture) => {
    const { t, xt } = await view.moment();
    await page.click('#from-here');
    await view.reaches('ready', 'preparing', 'running', 'done');
    const hash = await view.hash();
    assert.match(hash, new RegExp(`seed=${seed}&n=1&t=${t}&picture=`));
    assert.match(hash, picture);
    const result = await view.finish();
    const want = unnoise.trajectory(hash.replace(/picture=.*/, `picture=png:${png(side, side, grey).toString('base64url')}`));
    const film = await view.film();
    assert.ok(distance(film[0].xt, xt) < 1e-6, 'it starts from what was on the stage');
    assert.deepEqual(film.map((moment) => moment.t), want.map((moment) => moment.t));
    assert.equal(film[0].t, t);
    assert.ok(distance(result, want.at(-1).xt) <= level, 'the result');
    return hash;
  };
  const greyOf = (x0) => x0.map((x) => Math.round((x + 1) * 127.5));

  await t.test('denoise from here: an example, and the link of it', async (t) => {
    const runs = await view.runs();
    const hash = await comesBack(greyOf(example(14)), 77, /picture=sample:14$/);
    assert.equal(await view.runs(), runs + 1);
    assert.match(hash, new RegExp(`class=${list.labels[14]}&`), 'with the class that the picture has');
    const result = await view.result();
    const other = await open(t, { address: server.url, tier: 'cpu', hash });
    assert.deepEqual(await other.finish(), result);
    await view.page.click('#start-clear');
    await page.waitForFunction(() => !location.hash.includes('picture'));
    await view.finish();
  });

  await t.test('a drawing, by pointer and by keyboard', async () => {
    await page.click('#tab-noise');
    await page.check('input[name=source][value=draw]', { force: true });
    await page.waitForFunction(() => unnoise.moment.x0.every((x) => x === -1));
    const box = await page.locator('#pad').boundingBox();
    await page.mouse.move(box.x + box.width * 0.25, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.75, box.y + box.height / 2, { steps: 4 });
    await page.mouse.up();
    await page.waitForFunction(() => unnoise.moment.x0.some((x) => x === 1));
    const stroke = (await view.moment()).x0;
    assert.equal(stroke[16 * side + 16], 1, 'white in the middle of the stroke');
    assert.equal(stroke[4 * side + 16], -1, 'black away from it');
    await page.focus('#pad');
    for (let i = 0; i < 10; i++) await view.press('ArrowUp');
    await view.press('Enter');
    await page.waitForFunction(() => unnoise.moment.x0[6 * 32 + 16] === 1);
    await page.click('#undo');
    await page.waitForFunction(() => unnoise.moment.x0[6 * 32 + 16] === -1);
    assert.deepEqual((await view.moment()).x0, stroke, 'undone');
    await showsNoised(stroke, 77);
    await comesBack(greyOf(stroke), 77, /picture=png:/);
  });

  const file = (name, mimeType, buffer) => ({ name, mimeType, buffer });
  const uploaded = Array.from({ length: side * side }, (_, i) => (i % side > 8 && i % side < 24 ? (i * 7) % 256 : 0));

  await t.test('an upload, and files that are none', async () => {
    await page.click('#tab-noise');
    await page.check('input[name=source][value=upload]', { force: true });
    assert.ok(await page.isDisabled('#from-here'), 'nothing to denoise yet');
    await page.setInputFiles('#file', file('mine.png', 'image/png', png(side, side, uploaded)));
    await page.waitForFunction(() => unnoise.moment?.x0);
    await showsNoised(uploaded.map(valueOf), 77);
    assert.match(await view.text('upload-name'), /mine\.png/);

    const large = join(scratch, 'large.png');
    writeFileSync(large, '');
    truncateSync(large, 65 << 20); // takes no room on the disk
    const side10k = 10_000;
    for (const [what, sentence] of [
      [file('notes.txt', 'text/plain', Buffer.from('not a picture')), /“notes\.txt” is not a picture that this browser can read/],
      [file('notes.png', 'image/png', Buffer.from('not a picture')), /“notes\.png” is not a picture/],
      [file('empty.png', 'image/png', Buffer.alloc(0)), /“empty\.png” is not a picture/],
      [file('huge.png', 'image/png', png(side10k, side10k, Buffer.alloc(side10k * side10k))), /“huge\.png” has 100 megapixels; at most 64/],
      [file('liar.png', 'image/png', png(side, side, uploaded, [side10k, side10k])), /“liar\.png”/],
      [large, /“large\.png” is larger than 64 MB/],
    ]) {
      const began = Date.now();
      await page.setInputFiles('#file', what);
      assert.match(await view.says(sentence), /Choose a/);
      assert.ok(Date.now() - began < 120_000, `${sentence} took ${Date.now() - began} ms`);
      await showsNoised(uploaded.map(valueOf), 77); // what was there stays
      await page.click('#notice-close');
    }
    // A picture on white is turned: the data set's stand on black.
    await page.setInputFiles('#file', file('white.png', 'image/png', png(side, side, uploaded.map((v) => 255 - v))));
    await page.waitForFunction(() => /white/.test(document.getElementById('upload-name').textContent));
    await showsNoised(uploaded.map(valueOf), 77);
    await comesBack(uploaded, 77, /picture=png:/);
  });
});
