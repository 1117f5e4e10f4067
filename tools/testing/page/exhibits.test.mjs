// Every exhibit that the command line lists runs in the page, on WebGPU, and reads out
// the command line's numbers: with its quick settings, with another seed and with one
// more control changed, each of which changes what its probe promises. (All probes are
// tried by the exhibits' own tests, on the CPU.)
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { serve } from './engine_rig.mjs';
import { compare, exhibits, Hall, onCommandLine, quickLink } from './exhibits_rig.mjs';

const server = await serve();
after(() => server.close());

const list = exhibits().map((exhibit) => {
  const seed = ({ control }) => exhibit.controls.some(({ id, kind }) => id === control && kind === 'seed');
  const first = (list) => list.slice(0, 1);
  const others = exhibit.probes.filter((p) => !seed(p));
  return { ...exhibit, probes: [...first(exhibit.probes.filter(seed)), ...first(others)] };
});

test('there are exhibits, in historical order', () => {
  assert.ok(list.length > 0);
  const years = list.map((e) => e.year);
  assert.deepEqual(years, [...years].sort((a, b) => a - b));
});

test('every exhibit shows the numbers of the command line, and they follow its controls', async (t) => {
  const hall = await Hall.open(t, { address: server.url, hash: quickLink(list[0]) });
  for (const exhibit of list) {
    await t.test(exhibit.id, async () => {
      const began = performance.now();
      const links = [quickLink(exhibit), ...exhibit.probes.map((p) => quickLink(exhibit, p.control, p.value))];
      const wanted = links.map(onCommandLine);
      const cpu = performance.now();
      const sizes = {};
      for (const { readouts } of wanted) {
        for (const [id, value] of Object.entries(readouts)) sizes[id] = Math.max(sizes[id] ?? 0, Math.abs(value));
      }
      const got = [];
      for (const [i, { link }] of wanted.entries()) {
        await hall.visit(link);
        got.push(await hall.readouts());
        compare(exhibit, link, got[i], wanted[i].readouts, sizes);
      }
      exhibit.probes.forEach(({ control, value, readout }, i) => {
        assert.notEqual(got[i + 1][readout], got[0][readout], `${exhibit.id}: ${readout} changes with ${control}=${value}`);
      });
      t.diagnostic(`${exhibit.id}: ${((cpu - began) / 1000).toFixed(1)} s on the command line, ${((performance.now() - cpu) / 1000).toFixed(1)} s in the page`);
    });
  }
});
