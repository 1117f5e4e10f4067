// Every sampler of the page: the command line's numbers, its equations, its controls.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as unnoise from './command_line.mjs';
import { distance, level, open, serve } from './page_rig.mjs';

let server;
before(async () => { server = await serve(); });
after(() => server.close());

const link = (sampler) => `model=fashion&class=8&sampler=${sampler}&guidance=1&seed=3&n=1`.replace(',', '&steps=3&spacing=');

test('samplers of the differential equation', async (t) => {
  const view = await open(t, { address: server.url, hash: link('heun,karras') });
  const { page } = view;
  const results = {};
  for (const sampler of ['heun,karras', 'dpmpp_2m,uniform', 'euler,uniform', 'euler_ancestral,karras']) {
    await t.test(sampler, async () => {
      const hash = link(sampler);
      if (await view.hash() !== hash) await view.visit(hash);
      const result = await view.finish();
      const want = unnoise.trajectory(hash);
      assert.ok(distance(result, want.at(-1).xt) <= level, 'the command line’s picture');
      results[sampler] = result;
      const [name, spacing] = sampler.split(',');
      assert.ok(await page.isChecked(`input[name=sampler][value=${name}]`));
      assert.ok(await page.isChecked(`input[name=spacing][value=${spacing}]`));
      assert.ok(await page.isVisible('#field-spacing'));
      assert.ok(!await page.isVisible('#field-eta') && !await page.isVisible('#field-variance'));
      await page.focus('#timeline');
      await view.press('Home');
      await view.shows(0);
      const equations = await page.textContent('#equation');
      assert.match(equations, /σ\(t\)/, 'the noise level stands in the equations');
      assert.equal(/guess/.test(await page.textContent('#values')), false);
    });
  }
  assert.ok(distance(results['euler,uniform'], results['dpmpp_2m,uniform']) > level, 'the second order makes a difference');
});
