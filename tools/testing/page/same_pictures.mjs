// The same run gives the same pictures, within one grey level, by bin/unnoise,
// bin/unnoise-gpu and the page, in as many steps as people take. A command and no part of
// make test, whose runs are short (denoise.test.mjs holds the three together there):
//
//     make build site && node --test tools/testing/page/same_pictures.mjs
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as unnoise from './command_line.mjs';
import { distance, level, open, serve } from './page_rig.mjs';

/** What a run may take on a busy machine, ms. */
const longest = 30 * 60_000;

let server;
before(async () => { server = await serve(); });
after(() => server.close());

for (const [name, sampler] of [
  ['DDIM 50, η = 0', 'ddim&steps=50&eta=0'],
  ['DDPM 50', 'ddpm&steps=50&variance=fixed_small'],
]) {
  test(`${name}, s = 3`, async (t) => {
    const link = `model=fashion&class=9&sampler=${sampler}&guidance=3&seed=4&n=1`;
    const cpu = unnoise.trajectory(link);
    assert.equal(cpu.length, 51);
    const gpu = unnoise.trajectory(link, 'unnoise-gpu');
    const view = await open(t, { address: server.url, hash: link });
    if (await view.state() === 'ready') await view.page.click('#play');
    await view.page.waitForFunction(() => ['done', 'failed', 'stopped'].includes(document.body.dataset.state), null, { timeout: longest, polling: 500 });
    const page = await view.film();
    assert.equal(await view.hash(), link);
    assert.match(await view.text('tier-name'), /^WebGPU/);
    for (const [whose, film] of [['unnoise-gpu', gpu], ['the page', page]]) {
      assert.deepEqual(film.map(({ t }) => t), cpu.map(({ t }) => t), whose);
      const off = film.map(({ xt }, i) => distance(xt, cpu[i].xt));
      const grey = (x) => `${(127.5 * x).toPrecision(2)} of a grey level`;
      t.diagnostic(`${whose} is ${grey(off.at(-1))} off bin/unnoise in the picture, ${grey(Math.max(...off))} in any step`);
      assert.ok(Math.max(...off) <= level, `${whose}: ${off}`);
    }
  });
}
