// What every exhibit is held to in the page: on WebGPU it reads out the command line's
// numbers, with its quick settings and with another seed or one more control changed, by
// turns, which changes what its probe promises. (All probes are tried by the exhibits' own
// tests, on the CPU.)
import assert from 'node:assert/strict';
import { compare, exhibits, Hall, onCommandLine, quickLink } from './exhibits_rig.mjs';

/** The exhibits of one of two files, so that they can be tried side by side: every second one. */
export const share = (which) => exhibits().filter((_, i) => i % 2 === which);

/** The probe to try: the first of the seed, or the first of another control, if there is one. */
function tried({ probes, controls }, turn) {
  const seed = ({ control }) => controls.some(({ id, kind }) => id === control && kind === 'seed');
  return [probes.find((p) => seed(p) === (turn % 2 === 0)) ?? probes[0]].filter(Boolean);
}

/** Tries a list of exhibits on one page, one after the other. */
export async function hold(t, address, list) {
  // Also the tiny networks, which the page would rather compute on the thread here.
  const hall = await Hall.open(t, { address, tier: 'webgpu', hash: quickLink(list[0]) });
  for (const [turn, exhibit] of list.entries()) {
    await t.test(exhibit.id, async () => {
      const began = performance.now();
      const probes = tried(exhibit, turn);
      const links = [quickLink(exhibit), ...probes.map((p) => quickLink(exhibit, p.control, p.value))];
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
      probes.forEach(({ control, value, readout }, i) => {
        assert.notEqual(got[i + 1][readout], got[0][readout], `${exhibit.id}: ${readout} changes with ${control}=${value}`);
      });
      t.diagnostic(`${exhibit.id}: ${((cpu - began) / 1000).toFixed(1)} s on the command line, ${((performance.now() - cpu) / 1000).toFixed(1)} s in the page`);
    });
  }
  assert.equal(await hall.page.evaluate(() => document.body.dataset.tier), 'webgpu', 'no exhibit has lost the GPU');
}
