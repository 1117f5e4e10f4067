// Links: they bring the same pictures back, and those that are wrong say so. On
// the CPU tier, since the tier does not matter here.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as unnoise from './command_line.mjs';
import { distance, level, open, serve } from './page_rig.mjs';

let server;
before(async () => { server = await serve(); });
after(() => server.close());

const link = 'model=fashion&class=9&sampler=ddpm&steps=2&variance=fixed_large&guidance=1&seed=11&n=1';

test('a copied link gives the same pictures in another browser profile', async (t) => {
  const view = await open(t, { address: server.url, tier: 'cpu', hash: link, context: { permissions: ['clipboard-read', 'clipboard-write'] } });
  const result = await view.finish();
  await view.page.click('#copy-link');
  await view.page.waitForFunction(() => document.getElementById('copy-link').textContent === 'Copied');
  const copied = await view.page.evaluate(() => navigator.clipboard.readText());
  assert.equal(copied, `${server.url}?tier=cpu#${link}`);

  const other = await open(t, { address: copied });
  assert.equal(await other.page.inputValue('#class'), '9');
  assert.equal(await other.page.inputValue('#steps'), '2');
  assert.equal(await other.page.inputValue('#seed'), '11');
  assert.ok(await other.page.isChecked('input[name=sampler][value=ddpm]'));
  assert.ok(await other.page.isChecked('input[name=variance][value=fixed_large]'));
  const again = await other.finish();
  assert.deepEqual(again, result);
  assert.ok(distance(again, unnoise.trajectory(link).at(-1).xt) <= level);
});

test('what cannot be followed is told, and the rest goes on', async (t) => {
  const view = await open(t, { address: server.url, tier: 'cpu', hash: 'class=%zz&steps=zehn&seed=-1&colour=blue&guidance=1' });
  const { page } = view;

  await t.test('a link that is garbled', async () => {
    const said = await view.says(/colour/);
    for (const part of [/class is “%zz”, which is not a whole number/, /steps is “zehn”/, /seed is “-1”/, /“colour”, which is not known/, /passed over/]) {
      assert.match(said, part);
    }
    assert.equal(await view.hash(), 'model=fashion&class=-1&sampler=ddim&steps=50&eta=0&guidance=1&seed=0&n=1');
  });

  await t.test('links that cannot be run', async () => {
    for (const [hash, sentence, becomes] of [
      ['class=42&steps=2&guidance=1', /class must be between 0 and 9, or -1 for none; it is 42/, /class=-1&.*steps=2&/],
      ['class=2&steps=0&guidance=1', /number of steps must be between 1 and 1000; it is 0/, /class=2&.*steps=10&/],
      ['class=2&steps=10000&guidance=1', /number of steps must be between 1 and 1000; it is 10000/, /class=2&.*steps=10&/],
      ['sampler=plms&steps=2&guidance=1', /sampler must be one of ddpm, ddim, .*dpmpp_2m; it is “plms”/, /sampler=ddim&steps=2&/],
      ['steps=2&guidance=NaN', /guidance scale must be between 0 and 20; it is NaN/, /steps=2&.*guidance=2&/],
      ['steps=2&guidance=1&t=5000&picture=sample:1', /timestep to start from must be between 0 and 999; it is 5000/, /n=1$/],
      ['steps=2&guidance=1&t=300&picture=sample:99999', /starts from a picture that is not here/, /n=1$/],
      ['steps=2&guidance=1&t=300&picture=png:AAAA', /picture cannot be read/, /n=1$/],
      ['model=nosuch&steps=2&guidance=1', /nosuch/, /steps=2&/],
    ]) {
      await view.visit(hash);
      await view.says(sentence);
      assert.match(await view.hash(), becomes, hash);
    }
  });

  const right = 'class=2&steps=2&guidance=1';
  await t.test('then a link that is right', async () => {
    await view.visit(right);
    await page.waitForFunction(() => document.body.dataset.steps === '2' && document.getElementById('class').value === '2');
    assert.ok(distance(await view.finish(), unnoise.trajectory(right).at(-1).xt) <= level);
  });

  await t.test('controls', async () => {
    const result = await view.result();
    const runs = await view.runs();
    for (const [id, text, sentence] of [
      ['steps', '0', /steps must be between 1 and 1000; it is 0/],
      ['steps', '10000', /steps must be between 1 and 1000; it is 10000/],
      ['steps', '', /steps/],
      ['seed', 'lucky', /“lucky” is not a seed: a whole number/],
      ['seed', '18446744073709551616', /not a seed/],
    ]) {
      await page.fill(`#${id}`, text);
      await view.press('Enter');
      await view.says(sentence);
      assert.equal(await page.getAttribute(`#${id}`, 'aria-invalid'), 'true');
    }
    assert.equal(await view.runs(), runs);
    assert.deepEqual(await view.result(), result, 'the pictures stay');
    await page.click('#notice-close');
    assert.equal(await view.notice(), '');
    await page.fill('#steps', '1');
    await page.fill('#seed', '1');
    await view.press('Enter');
    await page.waitForFunction(() => document.body.dataset.steps === '1');
    await view.reaches('done');
    assert.equal(await page.getAttribute('#steps', 'aria-invalid'), 'false');
  });
});

test('a link to the Noise tab', async (t) => {
  const noise = 'tab=noise&t=700&seed=77&picture=sample:3';
  const view = await open(t, { address: server.url, tier: 'cpu', hash: noise, context: { permissions: ['clipboard-read', 'clipboard-write'] } });
  const { page } = view;
  const isThere = async (seed, step) => {
    await view.shows(step);
    await page.waitForFunction(() => unnoise.moment?.x0);
    const moment = await view.moment();
    assert.equal(moment.t, step);
    assert.ok(distance(moment.eps, [...unnoise.noise(seed)]) < 2e-6, 'ε');
    return moment;
  };

  await t.test('brings picture, t and seed back', async () => {
    await isThere(77, 700);
    assert.equal(await page.getAttribute('#tab-noise', 'aria-selected'), 'true');
    assert.equal(await page.getAttribute('#gallery [data-sample="3"]', 'aria-checked'), 'true');
    assert.equal(await view.hash(), noise);
    assert.equal(await view.notice(), '');
  });

  await t.test('follows what is changed, a drawing too', async (t) => {
    await page.check('input[name=source][value=draw]', { force: true });
    await page.focus('#pad');
    await view.press('Enter');
    await page.waitForFunction(() => unnoise.moment.x0.some((x) => x === 1));
    await page.focus('#timeline');
    await view.press('ArrowLeft');
    const { x0 } = await isThere(77, 699);
    await page.click('#copy-link');
    await page.waitForFunction(() => document.getElementById('copy-link').textContent === 'Copied');
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(copied, /#tab=noise&t=699&seed=77&picture=png:[\w-]+$/);
    const other = await open(t, { address: copied });
    await other.page.waitForFunction(() => unnoise.moment?.x0.some((x) => x === 1));
    assert.deepEqual((await other.moment()).x0, x0);
    assert.ok(await other.page.isChecked('input[name=source][value=draw]'));
    await other.page.focus('#pad');
    await other.press('ArrowUp');
    await other.press('ArrowUp');
    await other.press('ArrowUp');
    await other.press('ArrowUp');
    await other.press('Enter');
    await other.page.waitForFunction((before) => unnoise.moment.x0.filter((x) => x === 1).length > before, x0.filter((x) => x === 1).length);
    assert.ok((await other.moment()).x0.every((x, i) => x >= x0[i]), 'the drawing is gone on with');
  });

  await t.test('and the browser’s buttons lead there and back', async () => {
    await page.click('#tab-denoise');
    await page.waitForFunction(() => location.hash.startsWith('#model='));
    await page.goBack();
    await page.waitForFunction(() => document.body.dataset.tab === 'noise');
    await isThere(77, 699);
    await page.goForward();
    await page.waitForFunction(() => document.body.dataset.tab === 'denoise');
    assert.equal(await view.runs(), 0, 'nothing is run');
  });

  await t.test('a garbled one is told', async () => {
    for (const [hash, sentence] of [
      ['tab=noise&t=5000', /timestep is “5000”, which is not a whole number from 0 to 999/],
      ['tab=noise&seed=-3', /seed is “-3”/],
      ['tab=noise&picture=sample:99999', /example 100000, but there are only \d+/],
      ['tab=noise&picture=png:AAAA', /picture cannot be read.*An example is shown/s],
      ['tab=noise&picture=cat', /picture cannot be read/],
    ]) {
      await view.visit(hash);
      await view.says(sentence);
      assert.ok((await view.moment()).x0, `${hash} shows a picture`);
      await page.click('#notice-close');
    }
  });
});
