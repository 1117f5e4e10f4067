// How the page looks: screenshots held against looks/*.png, at half their size.
//
//   UPDATE=1 node --test tools/testing/page/look.test.mjs   writes them anew
//
// They show noise and an example picture, which no model's weights change.
// Differences are those of the most differing colour of each pixel, 0 to 255.
// Where text stands (as the browser says it does now) only the mean of each line's
// box is compared: fonts, and how their edges are smoothed, differ between
// machines, but not by much in how dark they make a line. All else is pictures,
// lines and grounds, and must agree but for edges that fonts of other widths shift.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { browser, open, serve, withWebGPU } from './page_rig.mjs';
import { openDarkroom } from './pictures.mjs';

const folder = join(dirname(fileURLToPath(import.meta.url)), 'looks');
const update = Boolean(process.env.UPDATE);

// Liberation Sans in place of DejaVu Sans, which is wider and breaks lines
// elsewhere, brings at most 1.4, 54 and 38; another noise in the pictures alone
// brings at least 14 and 184.
const limits = { mean: 2, percentile99: 64, text: 48 };

let server;
before(async () => { server = await serve(); });
after(() => server.close());

/** A screenshot, where nothing moves and nothing says how fast this machine is. */
async function shoot(view) {
  const { page } = view;
  await page.mouse.move(1, 1);
  await page.evaluate(() => document.activeElement.blur());
  await page.waitForTimeout(400); // the canvas follows the layout, colours their transitions
  const boxes = await page.evaluate(() => {
    const out = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const add = ({ left, top, right, bottom }) => right - left > 1 && bottom - top > 1 && out.push([left - 2, top - 2, right + 2, bottom + 2]);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      if (!text.data.trim() || !text.parentElement.checkVisibility({ visibilityProperty: true })) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      [...range.getClientRects()].forEach(add);
    }
    for (const e of document.querySelectorAll('select, input[type=text], input[type=number], math')) add(e.getBoundingClientRect());
    return out;
  });
  return { picture: await page.screenshot({ animations: 'disabled', caret: 'hide', mask: [page.locator('#expected')], maskColor: '#888' }), boxes };
}

/** The picture at half its size, a PNG. */
const halve = async (darkroom, picture) => Buffer.from(await darkroom.evaluate(async (base64) => {
  const { width, height, data } = await decode(base64);
  const half = new ImageData(width >> 1, height >> 1);
  for (let y = 0; y < half.height; y++) {
    for (let x = 0; x < half.width; x++) {
      for (let c = 0; c < 4; c++) {
        const at = 4 * (2 * y * width + 2 * x) + c;
        half.data[4 * (y * half.width + x) + c] = (data[at] + data[at + 4] + data[at + 4 * width] + data[at + 4 * width + 4] + 2) >> 2;
      }
    }
  }
  const canvas = new OffscreenCanvas(half.width, half.height);
  canvas.getContext('2d').putImageData(half, 0, 0);
  const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer());
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}, picture.toString('base64')), 'base64');

/** Differences of two half-size pictures: see above. boxes are of the full size. */
const compare = (darkroom, a, b, boxes) => darkroom.evaluate(async ([a, b, boxes]) => {
  const [one, two] = [await decode(a), await decode(b)];
  const { width, height } = one;
  if (two.width !== width || two.height !== height) return { size: [two.width, two.height] };
  const inText = new Uint8Array(width * height);
  let text = 0;
  for (const box of boxes) {
    const [left, top, right, bottom] = box.map((v, i) => (i < 2 ? Math.max(0, Math.floor(v / 2)) : Math.min([width, height][i - 2], Math.ceil(v / 2))));
    if (right <= left || bottom <= top) continue;
    const sums = [0, 0, 0];
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        inText[y * width + x] = 1;
        for (let c = 0; c < 3; c++) sums[c] += one.data[4 * (y * width + x) + c] - two.data[4 * (y * width + x) + c];
      }
    }
    text = Math.max(text, ...sums.map((sum) => Math.abs(sum) / ((right - left) * (bottom - top))));
  }
  const off = [];
  for (let i = 0; i < width * height; i++) {
    if (!inText[i]) off.push(Math.max(...[0, 1, 2].map((c) => Math.abs(one.data[4 * i + c] - two.data[4 * i + c]))));
  }
  off.sort((p, q) => p - q);
  return {
    compared: off.length / (width * height),
    mean: off.reduce((sum, v) => sum + v, 0) / off.length,
    percentile99: off[Math.floor(0.99 * off.length)],
    text,
  };
}, [a.toString('base64'), b.toString('base64'), boxes]);

const agrees = ({ mean, percentile99, text }) => mean <= limits.mean && percentile99 <= limits.percentile99 && text <= limits.text;

for (const [device, viewport] of Object.entries({ desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } })) {
  test(`looks on a ${device}`, async (t) => {
    const darkroom = await openDarkroom(t, await browser(withWebGPU));
    // More steps than are run without asking, so that it waits with pure noise.
    const view = await open(t, { address: server.url, tier: 'cpu', hash: 'class=7&steps=900', context: { viewport, deviceScaleFactor: 1, reducedMotion: 'reduce' } });
    const { page } = view;
    assert.equal(await view.state(), 'ready');
    const kept = {};
    for (const tab of ['denoise', 'noise']) {
      await page.click(`#tab-${tab}`);
      if (tab === 'noise') await page.waitForFunction(() => unnoise.moment?.x0);
      for (const colorScheme of ['light', 'dark']) {
        const name = `${device}-${tab}-${colorScheme}`;
        await page.emulateMedia({ colorScheme });
        const { picture, boxes } = await shoot(view);
        const shot = await halve(darkroom, picture);
        const file = join(folder, `${name}.png`);
        if (update) {
          mkdirSync(folder, { recursive: true });
          writeFileSync(file, shot);
        }
        assert.ok(existsSync(file), `${file} is missing: UPDATE=1 writes it`);
        const found = await compare(darkroom, shot, readFileSync(file), boxes);
        t.diagnostic(`${name}: ${JSON.stringify(found)}`);
        assert.ok(found.compared > 0.5, `${name}: only ${found.compared} of the page is compared, of size ${found.size}`);
        if (!agrees(found)) {
          const actual = join(tmpdir(), `unnoise-${name}.png`);
          writeFileSync(actual, shot);
          assert.fail(`${name} looks different, see ${actual}: ${JSON.stringify(found)}, at most ${JSON.stringify(limits)}`);
        }
        kept[name] = { shot, boxes };
      }
    }
    // What must not pass: another theme, another noise.
    const { shot, boxes } = kept[`${device}-noise-light`];
    assert.ok(!agrees(await compare(darkroom, shot, kept[`${device}-noise-dark`].shot, boxes)));
    await page.emulateMedia({ colorScheme: 'light' });
    await page.evaluate(() => {
      const seed = document.getElementById('noise-seed');
      seed.value = '1';
      seed.dispatchEvent(new Event('change', { bubbles: true }));
      seed.value = '0';
    });
    await page.waitForTimeout(100);
    const other = await compare(darkroom, await halve(darkroom, (await shoot(view)).picture), shot, boxes);
    t.diagnostic(`another noise: ${JSON.stringify(other)}`);
    assert.ok(!agrees(other), 'another noise is another look');
  });
}
