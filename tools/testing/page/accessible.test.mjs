// Names, the order of the tab key, and what a screen reader is told.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { open, serve } from './page_rig.mjs';

let server;
before(async () => { server = await serve(); });
after(() => server.close());

/** Roles that a visitor operates, or that are pictures: all must have a name. */
const named = new Set(['button', 'slider', 'combobox', 'textbox', 'spinbutton', 'radio', 'radiogroup', 'tab', 'tabpanel', 'tablist',
  'checkbox', 'link', 'image', 'img', 'progressbar', 'application', 'Canvas', 'listbox', 'option', 'dialog']);

async function tree(page) {
  const cdp = await page.context().newCDPSession(page);
  const { nodes } = await cdp.send('Accessibility.getFullAXTree');
  await cdp.detach();
  return nodes.filter((node) => !node.ignored).map((node) => ({
    role: node.role.value,
    name: node.name?.value ?? '',
  }));
}

/** What the tab key reaches, from the top of the page until it leaves it. */
async function tabOrder(page) {
  await page.evaluate(() => { document.activeElement.blur(); getSelection().removeAllRanges(); scrollTo(0, 0); });
  await page.mouse.click(2, 2);
  const reached = [];
  for (let i = 0; i < 150; i++) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const e = document.activeElement;
      if (e === document.body) return '';
      e.dataset.reached ??= '';
      e.dataset.reached += '.';
      return e.id || `${e.tagName.toLowerCase()} ${e.name ?? ''} ${e.value ?? ''} ${e.dataset.steps ?? e.dataset.sample ?? e.dataset.tip ?? ''}`.trim();
    });
    if (at === '' || at === reached[0]) break;
    reached.push(at);
  }
  return reached;
}

/** The focusable elements that are to be reached and were not. A group of radio buttons is one stop. */
const missed = (page) => page.evaluate(() => {
  const group = (e) => e.closest('[role=radiogroup], [role=tablist]') ?? (e.type === 'radio' ? e.closest('fieldset') : e);
  const all = [...document.querySelectorAll('a[href], button, input, select, textarea, [tabindex]')]
    .filter((e) => !e.disabled && e.checkVisibility({ visibilityProperty: true }) && !e.closest('[aria-hidden=true]'));
  const reached = new Set(all.filter((e) => e.dataset.reached).map(group));
  return all.filter((e) => !reached.has(group(e))).map((e) => e.outerHTML.slice(0, 100));
});

test('assistive technology', async (t) => {
  const view = await open(t, { address: server.url, tier: 'cpu', hash: 'class=7&steps=3&guidance=1&n=4' });
  const { page } = view;
  await view.finish();
  const tabs = {
    denoise: async () => {},
    noise: () => page.click('#tab-noise'),
    draw: () => page.check('input[name=source][value=draw]', { force: true }),
    upload: () => page.check('input[name=source][value=upload]', { force: true }),
  };
  for (const [name, show] of Object.entries(tabs)) {
    await t.test(`${name}: every control has a name, and the tab key reaches it`, async () => {
      await show();
      await page.waitForTimeout(100);
      const nodes = await tree(page);
      const operated = nodes.filter(({ role }) => named.has(role));
      assert.ok(operated.length > 15, `${operated.length} controls`);
      assert.deepEqual(operated.filter(({ name }) => !name.trim()), []);
      // Whatever else the tab key stops at is there to be explained: see the tips below.
      const others = await page.evaluate(() => [...document.querySelectorAll('[tabindex="0"]:not(button, input, canvas, [role=radio], [data-tip])')].map((e) => e.outerHTML));
      assert.deepEqual(others, []);
      await page.evaluate(() => document.querySelectorAll('[data-reached]').forEach((e) => delete e.dataset.reached));
      const order = await tabOrder(page);
      assert.deepEqual(await missed(page), [], `reached: ${order.join(', ')}`);
      assert.equal(await page.locator('[data-reached=".."]').count(), 0, `nothing twice: ${order.join(', ')}`);
      // From the top to the bottom: tabs, stage, controls, explanation.
      const known = ['tab-', 'timeline', name === 'denoise' ? 'class' : 'noise-seed', 'copy-link']
        .map((id) => order.findIndex((at) => at.startsWith(id))).filter((at) => at >= 0);
      assert.ok(known.length >= 3 && known.every((at, i) => i === 0 || at > known[i - 1]), `in order: ${order.join(', ')}`);
    });
  }

  await t.test('symbols and the tier explain themselves when they are reached', async () => {
    await page.click('#tab-denoise');
    await page.click('#restart');
    await view.shows(0);
    // A symbol that stands there again is passed over.
    const tips = page.locator('[data-tip][tabindex="0"]:visible');
    const count = await tips.count();
    assert.ok(count > 5, `${count} symbols`);
    for (let i = 0; i < count; i++) {
      const at = tips.nth(i);
      await at.focus();
      assert.ok((await at.textContent()).trim(), 'it has words or a symbol');
      assert.equal(await at.getAttribute('aria-describedby'), 'tip');
      assert.equal(await view.text('tip'), (await at.getAttribute('data-tip')).trim());
    }
    await view.press('Escape');
    assert.ok(await page.isHidden('#tip'));
  });

  await t.test('every value and every label explains itself', async () => {
    for (const tab of ['denoise', 'noise']) {
      await page.click(`#tab-${tab}`);
      const rows = page.locator('#values tr');
      await page.waitForTimeout(50);
      assert.ok(await rows.count() >= 5);
      for (const row of await rows.all()) {
        await row.hover();
        assert.equal(await view.text('tip'), await row.getAttribute('data-tip'));
        assert.ok((await view.text('tip')).length > 20);
      }
      await page.mouse.move(1, 1);
      const controls = page.locator(`#panel-${tab} .field :is(select, input):not([type=file]):visible`);
      for (const control of await controls.all()) {
        if (await control.isDisabled()) continue;
        await page.mouse.click(1, 1);
        await view.press('Shift'); // the keyboard is in use
        await control.focus();
        const tip = await view.text('tip');
        assert.ok(tip.length > 5, `${await control.evaluate((e) => e.outerHTML)} is explained`);
        assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-describedby')), 'tip');
      }
      const terms = page.locator(`#panel-${tab} .term:visible`);
      assert.ok(await terms.count() >= (tab === 'denoise' ? 7 : 2), `${await terms.count()} labels`);
      for (const term of await terms.all()) {
        await term.hover();
        assert.equal(await view.text('tip'), await term.getAttribute('data-tip'));
      }
    }
    await page.mouse.move(1, 1);
  });

  await t.test('the live region and the pictures’ words follow the step', async () => {
    await page.click('#tab-denoise');
    await page.focus('#timeline');
    await view.press('Home');
    await view.shows(0);
    const said = [];
    for (let step = 0; step <= 3; step++) {
      await view.shows(step);
      const live = await page.evaluate(() => document.getElementById('live').textContent);
      assert.match(live, step < 3 ? new RegExp(`Step ${step + 1} of 3, t = ${(await view.moment()).t}: 4 pictures`) : /^Done after 3 steps: 4 pictures.*Sneaker/);
      assert.equal(await page.getAttribute('#frame-xt', 'aria-label'), live);
      said.push(live);
      await view.press('ArrowRight');
    }
    assert.equal(new Set(said).size, 4);
    assert.equal(await page.getAttribute('#live', 'aria-live'), 'polite');
    await page.click('#restart');
    await page.click('#play');
    await view.shows(1);
    const playing = await page.evaluate(() => document.getElementById('live').textContent);
    await view.shows(2);
    assert.equal(await page.evaluate(() => document.getElementById('live').textContent), playing, 'it is quiet while the film plays');
    await view.shows(3);
    await page.waitForFunction(() => /^Done/.test(document.getElementById('live').textContent));
  });

  await t.test('what goes wrong is announced', async () => {
    assert.equal(await page.getAttribute('#notice', 'role'), 'alert');
    await page.fill('#steps', '0');
    await view.press('Enter');
    await view.says(/steps must be/);
    assert.equal(await page.getAttribute('#steps', 'aria-invalid'), 'true');
  });
});
