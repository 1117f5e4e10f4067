// The engine's worker in Chromium, on both tiers, with a tiny random model.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openRig, withWebGPU } from './engine_rig.mjs';
import { ancestral, browserOf, bytes, largestDifference, load, ready, run, server, shared, spec, steps } from './engine_standin.mjs';

test('the tier and its reason', async (t) => {
  const cpu = await ready(t, 'cpu');
  assert.equal(cpu.opened.Tier, 'cpu');
  assert.match(cpu.opened.Reason, /^Computing on the CPU.*adapter.*\.$/);

  const gpu = await ready(t, 'webgpu');
  assert.equal(gpu.opened.Tier, 'webgpu');
  assert.match(gpu.opened.Adapter, /swiftshader/i);
  assert.equal(gpu.opened.Software, true);

  const forced = await openRig(await browserOf('webgpu'), server);
  t.after(() => forced.context().close());
  const answer = await forced.evaluate(() => new Engine().open('cpu'));
  assert.equal(answer.Tier, 'cpu');
  assert.match(answer.Reason, /address/);
});

test('a context that is not secure', async (t) => {
  const url = server.url.replace('127.0.0.1', 'plain.test');
  const { page, opened, loaded } = await ready(t, 'webgpu', { url, args: [withWebGPU, '--host-resolver-rules=MAP plain.test 127.0.0.1'] });
  assert.equal(await page.evaluate(() => isSecureContext), false);
  assert.equal(opened.Tier, 'cpu');
  assert.match(opened.Reason, /secure context/);
  assert.equal(loaded.kind, 'loaded');
  assert.equal(loaded.SHA256, load.SHA256);
  assert.equal((await run(page, 1, spec)).at(-1).kind, 'done');
});

for (const tier of ['cpu', 'webgpu']) {
  test(`${tier}: every step, and the same ones again from the middle`, async () => {
    const { page, loaded } = await shared(tier);
    assert.equal(loaded.kind, 'loaded');
    assert.equal(loaded.Size, bytes.length);
    assert.deepEqual([loaded.Info.channels, loaded.Info.height, loaded.Info.width], [1, 8, 8]);

    const said = await run(page, 1, ancestral);
    assert.equal(said.at(-1).kind, 'done');
    const film = steps(said);
    assert.deepEqual(film.map((s) => s.Index), [0, 1, 2, 3, 4]);
    assert.deepEqual(film.map((s) => s.T), [19, 13, 6, 0, -1]);
    for (const s of film) assert.deepEqual(s.lengths, [2 * 64, s.T < 0 ? 0 : 2 * 64]);
    // torch.randn(64, generator=torch.Generator().manual_seed(5))[:3]
    const noise = [1.8423, 0.5189, -1.7119];
    assert.ok(largestDifference(film[0].floats.slice(0, 3), noise) < 1e-4, `${film[0].floats.slice(0, 3)}`);

    const kinds = said.map((m) => m.kind);
    assert.ok(kinds.indexOf('estimate') < kinds.indexOf('step'), 'an estimate before the first step');
    assert.ok(said.some((m) => m.kind === 'estimate' && m.Measured && m.SecondsPerStep > 0));
    assert.equal(said.some((m) => m.kind === 'progress' && m.Stage === 'compile'), tier === 'webgpu');

    const again = steps(await run(page, 2, ancestral, { From: 2, Xt: film[2].floats.slice(0, 128) }));
    assert.deepEqual(again.map((s) => s.Index), [2, 3, 4]);
    assert.deepEqual(again.map((s) => s.floats), film.slice(2).map((s) => s.floats));
  });
}

test('both tiers make the same pictures', async () => {
  const films = [];
  for (const tier of ['cpu', 'webgpu']) {
    const { page } = await shared(tier);
    films.push(steps(await run(page, 1, ancestral)));
  }
  for (const [i, s] of films[0].entries()) {
    assert.ok(largestDifference(s.floats, films[1][i].floats) < 1e-4, `step ${i}`);
  }
});

test('a picture to start from', async () => {
  const { page } = await shared('cpu');
  const start = { t: 9, picture: 'sample:0' };
  const film = steps(await run(page, 1, { ...spec, start }, { Start: Array(64).fill(0.5) }));
  assert.equal(film[0].T, 9);
  const missing = await run(page, 2, { ...spec, start });
  assert.equal(missing.at(-1).kind, 'error');
  assert.match(missing.at(-1).Message, /picture/);
});

test('requests that cannot be met', async () => {
  const { page } = await shared('cpu');
  for (const [wrong, sentence] of [
    [{ steps: 0 }, /steps.*between 1 and 20/],
    [{ steps: 10000 }, /steps.*between 1 and 20/],
    [{ class: 7 }, /no classes/],
    [{ model: 'other' }, /“other” is not loaded/],
  ]) {
    const said = await run(page, 1, { ...spec, ...wrong });
    assert.equal(said.at(-1).kind, 'error');
    assert.match(said.at(-1).Message, sentence);
  }
  assert.equal((await run(page, 2, spec)).at(-1).kind, 'done', 'the engine goes on');
});

test('webgpu: a run is cancelled at once, and another goes on', async () => {
  const { page } = await shared('webgpu');
  const { waited, after } = await page.evaluate(async (spec) => {
    const long = engine.run(1, { ...spec, steps: 20 });
    await engine.wait((m) => m.kind === 'step');
    const asked = performance.now();
    engine.post('cancel', { RunID: 1 });
    await long;
    const waited = performance.now() - asked;
    const after = await engine.run(2, spec);
    return { waited, after, late: engine.heard.filter((m) => m.RunID === 1 && m.kind === 'step' && m.at > asked + waited).length };
  }, spec);
  assert.ok(waited < 500, `cancelled after ${waited} ms`);
  assert.equal(after.at(-1).kind, 'done');
});

test('a message of another version', async (t) => {
  const { page } = await ready(t, 'cpu');
  const said = await page.evaluate(async () => {
    const answer = engine.wait((m) => m.kind === 'error');
    engine.worker.postMessage({ unnoise: 'stale', kind: 'open', body: '{}' });
    return answer;
  });
  assert.match(said.Message, /different versions/);
  assert.equal(said.Fatal, true);
});
