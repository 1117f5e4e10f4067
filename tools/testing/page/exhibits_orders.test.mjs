// Orders to an exhibit that runs: buttons and live controls, on WebGPU and on the CPU.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { serve } from './engine_rig.mjs';
import { compare, exhibits, Hall, onCommandLine, quickLink } from './exhibits_rig.mjs';

const server = await serve();
after(() => server.close());

const training = exhibits().find((e) => e.id === 'laboratory-training');
const steps = 60;

for (const tier of ['webgpu', 'cpu']) {
  test(`a training is paused, taken step by step, looked at and let go on: ${tier}`, async (t) => {
    const slow = quickLink({ ...training, quick: { ...training.quick, steps: String(steps), speed: 'slower' } });
    const hall = await Hall.open(t, { address: server.url, tier, hash: slow });
    const { page } = hall;
    const step = () => page.evaluate(() => unnoise.last.step);
    const reachesStep = (n) => page.waitForFunction((n) => unnoise.last.step === n, n, { polling: 20 });
    const told = (kind) => page.evaluate((kind) => seen.sent.filter((k) => k === kind).length, kind);
    const press = (id) => page.click(`[data-press="order ${id}"]`);
    await hall.reaches('running');

    // A step was to be taken every second: after a single one there is a pause.
    await press('step');
    await page.waitForFunction(() => unnoise.last.step > 0, null, { polling: 20 });
    await page.waitForTimeout(1500);
    const at = await step();
    await press('step');
    await reachesStep(at + 1);
    await press('step');
    await reachesStep(at + 2);
    await page.waitForTimeout(1500);
    assert.equal(await step(), at + 2, 'nothing is learned in a pause');
    assert.equal(await hall.state(), 'running');

    // Live controls are obeyed in the pause: another noise level, another field.
    const words = () => page.evaluate(() => document.getElementById('equations').textContent + document.getElementById('frame-field').getAttribute('aria-label'));
    const before = await words();
    await page.locator('#control-time').fill('700');
    await page.waitForFunction((before) => document.getElementById('equations').textContent + document.getElementById('frame-field').getAttribute('aria-label') !== before, before, { polling: 20 });
    await page.waitForFunction(() => /time=700/.test(location.hash)); // it follows a little later
    assert.equal(await step(), at + 2);
    assert.equal(await told('run'), 1, 'no run has begun anew');
    assert.ok(await told('order') >= 4, `${await told('order')} orders`);

    // At full speed it goes on to its end, and has learned what it learns without orders.
    await page.selectOption('#control-speed', 'full');
    await press('pause');
    const wanted = onCommandLine(await hall.hash());
    const got = await hall.readouts();
    assert.equal(got.step, steps);
    compare(training, wanted.link, got, wanted.readouts, Object.fromEntries(Object.entries(wanted.readouts).map(([id, v]) => [id, Math.abs(v)])));
    assert.equal(await told('run'), 1);

    // An order to a training that is over begins it again, and is heard first.
    await press('step');
    await page.waitForFunction(() => unnoise.state === 'running' && unnoise.last.step === 1, null, { polling: 20 });
    assert.equal(await told('run'), 2);
  });
}
