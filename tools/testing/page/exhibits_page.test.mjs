// The page of exhibits as its visitors use it: the list, links, the keyboard, a pen,
// a phone, a visit without a connection.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { serve } from './engine_rig.mjs';
import { exhibits, Hall } from './exhibits_rig.mjs';
import { openDarkroom } from './pictures.mjs';
import { browser, withWebGPU } from './page_rig.mjs';

let server;
before(async () => { server = await serve(); });
after(() => server.close());

const quick = 'guidance-mixture?steps=6&n=90';
const at = (page, name) => page.evaluate((name) => document.body.dataset[name], name);
const text = (page, selector) => page.locator(selector).innerText();

/** How many pixels of a panel have a colour: neither the ground's nor grey. */
async function coloured(t, page, panel) {
  const darkroom = await openDarkroom(t, await browser(withWebGPU));
  const shot = await page.locator(`[data-panel=${panel}] .frame`).screenshot();
  return darkroom.evaluate(async (base64) => {
    const { data } = await decode(base64);
    let n = 0;
    for (let i = 0; i < data.length; i += 4) {
      if (Math.max(data[i], data[i + 1], data[i + 2]) - Math.min(data[i], data[i + 1], data[i + 2]) > 60) n++;
    }
    return n;
  }, shot.toString('base64'));
}

test('the list, links and the keyboard', async (t) => {
  const hall = await Hall.open(t, { address: server.url, tier: 'cpu', hash: quick, viewport: { width: 1280, height: 800 } });
  const { page } = hall;
  const list = exhibits();

  await t.test('all exhibits stand in historical order, each with its year and works', async () => {
    await page.locator(`#exhibits [data-exhibit="${list.at(-1).id}"]`).waitFor({ timeout: 60_000 }); // a slow machine still loads
    const shown = await page.locator('#exhibits a').evaluateAll((links) => links.map((a) => ({
      id: a.dataset.exhibit, href: a.getAttribute('href'), title: a.querySelector('.name').textContent,
      year: Number(a.querySelector('.year').textContent), references: a.querySelector('.numbers').textContent.match(/\d+/g).map(Number),
    })));
    assert.deepEqual(shown, list.map(({ id, title, year, references }) => ({ id, href: `#${id}`, title, year, references })));
    assert.deepEqual(await page.locator('#menu option').evaluateAll((options) => options.map((o) => o.value)), list.map((e) => e.id));
  });

  await t.test('a link opens its state', async () => {
    assert.equal(await hall.reaches('done', 'failed'), 'done');
    assert.equal(await at(page, 'exhibit'), 'guidance-mixture');
    assert.equal(await page.inputValue('#control-steps'), '6');
    const row = page.locator('tr[data-readout]').first();
    const value = Number(await row.getAttribute('data-value'));
    assert.ok(Number.isFinite(value) && (await row.innerText()).length > 3);
    assert.ok(await page.locator('#equations math').count() > 0);
    assert.ok(await page.locator('[data-panel=trade] svg.chart path.line').count() >= 2);
    assert.match(await page.getAttribute('#frame-trade', 'aria-label'), /Plot: .*certainty: [\d.]+ at 0/);
    assert.ok(await coloured(t, page, 'plane') > 300, 'particles are drawn');
  });

  await t.test('the keyboard moves through time', async () => {
    await page.locator('body').press('Home');
    await page.waitForFunction(() => document.body.dataset.step === '0');
    const first = await text(page, '#position');
    await page.locator('body').press('ArrowRight');
    await page.waitForFunction(() => document.body.dataset.step === '1');
    assert.notEqual(await text(page, '#position'), first);
    assert.match(await page.evaluate(() => document.getElementById('live').textContent), /t = \d+\. ./);
    await page.focus('#timeline');
    await page.keyboard.press('End');
    await page.waitForFunction(() => document.body.dataset.step === document.body.dataset.steps);
    await page.focus('#play');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.getElementById('play').dataset.playing === 'true');
    await page.waitForFunction(() => document.getElementById('play').dataset.playing === 'false');
  });

  await t.test('the tab key reaches everything, and everything has a name', async () => {
    const unnamed = await page.evaluate(() => [...document.querySelectorAll('button, input, select, [role=img], [role=application]')]
      .filter((e) => e.checkVisibility() && !(e.getAttribute('aria-label') || e.labels?.[0]?.innerText || e.innerText || e.closest('label')?.innerText).trim())
      .map((e) => e.outerHTML));
    assert.deepEqual(unnamed, []);
    await page.evaluate(() => { document.activeElement.blur(); });
    const reached = new Set();
    for (let i = 0; i < 120; i++) {
      await page.keyboard.press('Tab');
      const id = await page.evaluate(() => {
        const e = document.activeElement;
        return e === document.body ? '' : e.id || e.dataset.exhibit || e.dataset.preset || e.dataset.press || e.dataset.tip || e.textContent;
      });
      if (id === '' && reached.size > 3) break;
      reached.add(id);
    }
    for (const wanted of ['tier', quick.split('?')[0], '0', 'control-w', 'dice seed', 'copy-link', 'save-stage', 'play', 'timeline']) {
      assert.ok(reached.has(wanted), `${wanted} is reached: ${[...reached].join(', ')}`);
    }
  });

  await t.test('controls change the address and start a run; back undoes it', async () => {
    await page.fill('#control-steps', '5');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => /steps=5/.test(location.hash) && unnoise.state === 'done');
    await page.goBack();
    await page.waitForFunction(() => /steps=6/.test(location.hash) && unnoise.state === 'done');
    assert.equal(await page.inputValue('#control-steps'), '6');
    await page.fill('#control-steps', '0');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => !document.getElementById('notice').hidden);
    assert.match(await hall.notice(), /^Steps: /);
    assert.equal(await page.getAttribute('#control-steps', 'aria-invalid'), 'true');
    await page.fill('#control-steps', '6');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.getElementById('notice').hidden);
  });

  await t.test('a garbled link is told in a sentence, and the rest of it is obeyed', async () => {
    await page.evaluate((hash) => { location.hash = hash; }, `${quick}&sampler=none`);
    await page.waitForFunction(() => !document.getElementById('notice').hidden);
    assert.match(await hall.notice(), /^The link.s sampler was left out: /);
    assert.equal(await page.inputValue('#control-n'), '90');
  });

  await t.test('the panels are saved as a PNG', async () => {
    await hall.reaches('done');
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#save-stage')]);
    assert.match(download.suggestedFilename(), /^unnoise-guidance-mixture.*\.png$/);
    const png = readFileSync(await download.path());
    assert.equal(png.subarray(1, 4).toString(), 'PNG');
    assert.ok(png.length > 10_000, `${png.length} bytes`);
  });

  await t.test('both pages link to each other', async () => {
    await page.click('.pages a[href="index.html"]');
    await page.waitForURL(/index\.html/);
    await page.click('.pages a[href="exhibits.html"]');
    await page.waitForFunction(() => document.body.dataset.exhibit);
    assert.equal(await at(page, 'exhibit'), list[0].id);
  });
});

test('a pen draws by pointer and by keyboard', async (t) => {
  const hall = await Hall.open(t, { address: server.url, tier: 'cpu', hash: 'laboratory?data=draw&particles=100&steps=4', viewport: { width: 1280, height: 800 } });
  const { page } = hall;
  await page.waitForSelector('#pen-data');
  await page.locator('#pen-data').scrollIntoViewIfNeeded();
  const points = page.locator('#pen-data .point');
  const before = await points.count();
  const box = await page.locator('#pen-data').boundingBox();
  await page.mouse.move(box.x + 20, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width - 20, box.y + 40, { steps: 5 });
  await page.mouse.up();
  await page.waitForFunction(() => /drawing=/.test(location.hash));
  const drawn = await points.count();
  assert.ok(drawn >= before + 5, `${drawn} points, ${before} before`);
  await page.focus('#pen-data');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.waitForFunction((n) => document.querySelectorAll('#pen-data .point').length === n + 1, drawn);
  await page.click('[data-press="clear drawing"]');
  await page.waitForFunction(() => document.querySelectorAll('#pen-data .point').length === 0);
});

test('a mask is painted by pointer and by keyboard, and what is painted is made up', async (t) => {
  const settings = 'ncsn-inpainting?per-level=1&levels=1&pictures=1&missing=';
  const hall = await Hall.open(t, { address: server.url, tier: 'cpu', hash: settings, viewport: { width: 1280, height: 800 } });
  const { page } = hall;
  assert.equal((await hall.readouts()).missing, 0);
  await page.waitForSelector('#pen-picture');
  await page.locator('#pen-picture').scrollIntoViewIfNeeded();
  const cells = page.locator('#pen-picture .cell');
  const box = await page.locator('#pen-picture').boundingBox();
  const middle = (cell) => (cell + 0.5) / 28;
  const at = (column, row) => [box.x + middle(column) * box.width, box.y + middle(row) * box.height];
  await page.mouse.move(...at(5, 10));
  await page.mouse.down();
  await page.mouse.move(...at(15, 10), { steps: 5 });
  await page.mouse.up();
  // A brush of three cells, from column 5 to 15: 13 columns of three rows.
  await page.waitForFunction(() => /missing=[^&]/.test(location.hash));
  assert.equal(await cells.count(), 39);
  assert.equal((await hall.readouts()).missing, 39);
  // The keyboard's cursor stands where the stroke ended. Enter switches what is under the
  // brush, as the cell in its middle goes.
  await page.focus('#pen-picture');
  for (let k = 0; k < 5; k++) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelectorAll('#pen-picture .cell').length === 48);
  assert.match(await page.locator('#pen-picture').getAttribute('aria-label'), /48 of 784 cells/);
  assert.match(await page.locator('#pen-said-picture').innerText(), /Row 16 of 28, column 16 of 28: on/);
  assert.equal((await hall.readouts()).missing, 48);
  await page.click('[data-press="undo missing"]');
  await page.waitForFunction(() => document.querySelectorAll('#pen-picture .cell').length === 39);
  await page.click('[data-press="clear missing"]');
  await page.waitForFunction(() => document.querySelectorAll('#pen-picture .cell').length === 0);
  assert.equal((await hall.readouts()).missing, 0);
});

test('on a phone the menu chooses, nothing lies over the panels, and nothing is wider than the screen', async (t) => {
  const hall = await Hall.open(t, { address: server.url, tier: 'cpu', hash: quick, viewport: { width: 390, height: 844 }, reducedMotion: 'reduce' });
  const { page } = hall;
  await hall.reaches('done');
  assert.ok(await page.isHidden('#exhibits'));
  assert.ok(await coloured(t, page, 'plane') > 300, 'particles are drawn');
  const { wide, over } = await page.evaluate(() => {
    const bar = document.querySelector('.timebar').getBoundingClientRect();
    const room = document.querySelector('.room').getBoundingClientRect();
    return {
      wide: [...document.querySelectorAll('body *')].filter((e) => e.checkVisibility() && !e.closest('.visually-hidden, .line, math') && e.getBoundingClientRect().right > innerWidth + 1).map((e) => e.outerHTML.slice(0, 80)),
      over: room.bottom > bar.top + 1,
    };
  });
  assert.deepEqual(wide, []);
  assert.equal(over, false, 'the timeline stands below what scrolls');
  await page.selectOption('#menu', 'laboratory');
  await page.waitForFunction(() => document.body.dataset.exhibit === 'laboratory');
});

test('a second visit works without a connection', async (t) => {
  const own = await serve();
  t.after(own.close);
  const hall = await Hall.open(t, { address: own.url, tier: 'cpu', hash: quick });
  const { page } = hall;
  await hall.reaches('done');
  const numbers = await hall.readouts();
  await page.evaluate(async () => {
    const { active } = await navigator.serviceWorker.ready;
    while (active.state !== 'activated') await new Promise((r) => setTimeout(r, 20));
    while ((await (await caches.open('unnoise-exhibits')).keys()).length < 2) await new Promise((r) => setTimeout(r, 20));
  });
  assert.equal(own.requests.filter((path) => /(hall|guide)\..*wasm/.test(path)).length, 2, 'each program is loaded once');
  await page.context().setOffline(true);
  own.close();
  await page.reload();
  assert.deepEqual(await hall.readouts(), numbers);
  assert.equal(await hall.notice(), '');
});
