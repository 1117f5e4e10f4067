// A finger on the timeline, on a phone held across, where the whole page scrolls.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Hall } from './exhibits_rig.mjs';
import { open, serve } from './page_rig.mjs';

let server;
before(async () => { server = await serve(); });
after(() => server.close());

const phone = { viewport: { width: 844, height: 390 }, hasTouch: true, isMobile: true };

/** One finger that the browser takes for a real one: what it does with it scrolls the page, or does not. */
class Finger {
  static async of(page) {
    const finger = new Finger();
    finger.page = page;
    finger.cdp = await page.context().newCDPSession(page);
    return finger;
  }

  async touch(type, at) {
    this.at = at;
    await this.cdp.send('Input.dispatchTouchEvent', { type, touchPoints: at ? [at] : [] });
  }

  down(at) { return this.touch('touchStart', at); }
  up() { return this.touch('touchEnd'); }

  /** Goes there on a straight line. */
  async move(to) {
    const from = this.at;
    for (let i = 1; i <= 8; i++) {
      await this.touch('touchMove', { x: from.x + (to.x - from.x) * i / 8, y: from.y + (to.y - from.y) * i / 8 });
      await this.page.waitForTimeout(16);
    }
  }
}

/** How far everything that scrolls has been scrolled. */
const scrolled = (page) => page.evaluate(() => [scrollX, scrollY, ...[...document.querySelectorAll('*')].map((e) => e.scrollTop + e.scrollLeft)]);

/** Where the timeline's thumb is at a moment. */
const thumb = (page, moment) => page.evaluate((moment) => {
  const slider = document.getElementById('timeline');
  const { left, top, width, height } = slider.getBoundingClientRect();
  const side = 18; // style.css
  return { x: left + side / 2 + (width - side) * moment / slider.max, y: top + height / 2 };
}, moment);

const shows = (page, step) => page.waitForFunction((step) => document.body.dataset.step === String(step), step, { timeout: 240_000, polling: 20 });

/** That the page scrolls under a finger elsewhere, so that one on the timeline could have scrolled it. */
async function canScroll(page, finger) {
  await page.evaluate(() => { document.getElementById('page').scrollTop = 0; });
  await finger.down({ x: 200, y: 300 });
  await finger.move({ x: 200, y: 120 });
  await finger.up();
  await page.waitForFunction(() => document.getElementById('page').scrollTop > 20, null, { timeout: 30_000 });
}

const below = ({ x, y }, by) => ({ x, y: y + by });

// So many that the run still goes on when the finger has been everywhere, on any machine.
const steps = 40;

test('Denoise: a finger scrubs during a run and after it, and the page stands still', async (t) => {
  const view = await open(t, { address: server.url, tier: 'cpu', hash: `model=fashion&class=3&sampler=ddim&steps=${steps}&guidance=1&seed=6&n=1`, context: phone });
  const { page } = view;
  const finger = await Finger.of(page);
  await page.tap('#play');
  await page.waitForFunction(() => unnoise.moment?.step >= 3, null, { timeout: 240_000, polling: 20 });
  await page.locator('#timeline').scrollIntoViewIfNeeded();
  let rest = await scrolled(page);
  const still = async (what) => assert.deepEqual(await scrolled(page), rest, `${what}: the page has not scrolled`);

  // During the run: back to the first step, wandering off the slider as fingers do.
  await finger.down(await thumb(page, 3));
  await shows(page, 3);
  await finger.move(below(await thumb(page, 1), 20));
  await shows(page, 1);
  assert.equal(await view.state(), 'running');
  // Past what there is, the newest step is shown, and no more.
  await finger.move(below(await thumb(page, steps), -20));
  const newest = await view.step();
  assert.ok(newest >= 3 && newest < steps, `step ${newest}`);
  await finger.move(await thumb(page, 2));
  await shows(page, 2);
  await finger.up();
  assert.equal(await view.state(), 'running', 'the run was not stopped');
  await still('during the run');
  await view.reaches('done');
  assert.equal(await view.step(), 2, 'the moment stays where the finger left it');
  assert.equal(await view.runs(), 1, 'nor was it started again');

  // After it, forward and back, the last step and the first among them.
  await finger.down(await thumb(page, 2));
  for (const step of [3, 4, 7, 12, 25, steps, 20, 0]) {
    await finger.move(below(await thumb(page, step), step / 4));
    await shows(page, step);
  }
  await finger.up();
  await still('after the run');

  // The film above is dragged as well, even where the finger starts upwards.
  await page.locator('#frame-film').scrollIntoViewIfNeeded();
  rest = await scrolled(page);
  const { x, y, width, height } = await page.locator('#frame-film').boundingBox();
  const film = (step) => ({ x: x + height / 2 + (width - height) * step / steps, y: y + height / 2 });
  await finger.down(film(5));
  await shows(page, 5);
  await finger.move(below(film(5), -30));
  await finger.move(below(film(30), 20));
  await shows(page, 30);
  await finger.up();
  await still('on the film');
  await canScroll(page, finger);
});

test('exhibits: a finger scrubs, and the page stands still', async (t) => {
  const hall = await Hall.open(t, { address: server.url, tier: 'cpu', hash: 'guidance-mixture?steps=6&n=90', ...phone });
  const { page } = hall;
  assert.equal(await hall.reaches('done', 'failed'), 'done');
  const finger = await Finger.of(page);
  await page.locator('#timeline').scrollIntoViewIfNeeded();
  const rest = await scrolled(page);
  const last = await page.evaluate(() => Number(document.body.dataset.steps));
  await finger.down(await thumb(page, last));
  for (const step of [last - 1, 1, 0, 3, last]) {
    await finger.move(below(await thumb(page, step), 2 * step));
    await shows(page, step);
  }
  await finger.up();
  assert.deepEqual(await scrolled(page), rest, 'the page has not scrolled');
});
