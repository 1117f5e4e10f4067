// The engine's worker measures its kernels.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openRig } from './engine_rig.mjs';
import { ancestral, browserOf, largestDifference, load, ready, run, server, spec, steps } from './engine_standin.mjs';

test('webgpu: kernels are measured, remembered, and give way to a run', async (t) => {
  const { page, loaded } = await ready(t, 'webgpu');
  assert.deepEqual([loaded.Precision, loaded.Tuned], ['f32', false]);
  const before = steps(await run(page, 1, ancestral));
  const began = Date.now();
  const tuned = await page.evaluate(() => engine.tune());
  assert.equal(tuned.Stopped, false, tuned.Note);
  assert.ok(tuned.Shapes > 0, `${tuned.Shapes} shapes`);
  assert.equal(tuned.Precision, 'f32', 'SwiftShader has no f16');
  t.diagnostic(`${tuned.Shapes} shapes in ${Date.now() - began} ms`);
  const reports = await page.evaluate(() => engine.heard.filter((m) => m.kind === 'progress' && m.Stage === 'tune'));
  assert.ok(reports.length > 0 && reports.every((m) => m.Done <= m.Total));
  for (const [i, s] of steps(await run(page, 2, ancestral)).entries()) {
    assert.ok(largestDifference(s.floats, before[i].floats) < 1e-4, `step ${i} with the fastest kernels`);
  }

  const [cut, after] = await page.evaluate(async (spec) => {
    const tuning = engine.tune();
    const running = engine.run(3, spec);
    return [await tuning, await running];
  }, spec);
  assert.equal(cut.Stopped, true);
  assert.equal(after.at(-1).kind, 'done');
  const stopped = await page.evaluate(() => {
    const tuning = engine.tune();
    engine.post('stop-tuning', {});
    return tuning;
  });
  assert.equal(stopped.Stopped, true);

  const again = await openRig(await browserOf('webgpu'), server, { context: page.context() });
  const remembered = await again.evaluate(async (load) => {
    globalThis.engine = new Engine();
    await engine.open();
    return engine.load(load);
  }, load);
  assert.equal(remembered.Tuned, true);
  // What was measured in another version of the browser is not taken.
  await again.evaluate(() => new Promise((settled, failed) => {
    const request = indexedDB.open('unnoise');
    request.onerror = failed;
    request.onsuccess = () => {
      const transaction = request.result.transaction('choices', 'readwrite');
      const store = transaction.objectStore('choices');
      store.openCursor().onsuccess = ({ target: { result } }) => {
        store.put(result.value, result.key.replace('Mozilla', 'Older'));
        store.delete(result.key);
        transaction.oncomplete = () => { request.result.close(); settled(); };
      };
    };
  }));
  assert.equal((await again.evaluate((load) => engine.load(load), load)).Tuned, false, 'measured in another browser');
  assert.equal((await again.evaluate(() => engine.tune())).Stopped, false);
  assert.equal((await again.evaluate((load) => engine.load(load), load)).Tuned, true);
  const worse = await again.evaluate(() => new Promise((settled, failed) => {
    const request = indexedDB.open('unnoise');
    request.onerror = failed;
    request.onsuccess = () => {
      const transaction = request.result.transaction('choices', 'readwrite');
      const store = transaction.objectStore('choices');
      store.getAllKeys().onsuccess = ({ target: { result } }) => {
        store.put('{"Choices": 7', result[0]);
        transaction.oncomplete = () => { request.result.close(); settled(result); };
      };
    };
  }));
  assert.equal(worse.length, 1, worse.join(' '));
  assert.match(worse[0], /^engine\.[0-9a-f]{12}\.wasm\.gz\nMozilla.*\n.*swiftshader.*\n.*subgroups.*\n[0-9a-f]{64}$/i);
  assert.equal((await again.evaluate((load) => engine.load(load), load)).Tuned, false, 'what cannot be read is measured again');
});

test('webgpu: a lost device while kernels are measured', async (t) => {
  const { page } = await ready(t, 'webgpu');
  const said = await page.evaluate(async (spec) => {
    const tuning = engine.tune();
    await engine.wait((m) => m.kind === 'progress' && m.Stage === 'tune', 0);
    const rebuilt = engine.wait((m) => m.kind === 'rebuilt');
    engine.post('lose-device', {});
    return [await tuning, await rebuilt, ...await engine.run(1, spec)];
  }, spec);
  assert.equal(said[0].Stopped, true);
  assert.equal(said[1].Ready.Tier, 'webgpu');
  assert.equal(said.at(-1).kind, 'done', said.at(-1).Message);
});
