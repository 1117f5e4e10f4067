// What the engine's worker makes of a GPU that fails.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ancestral, largestDifference, ready, run, spec, steps } from './engine_standin.mjs';

test('webgpu: a lost device', async (t) => {
  const { page } = await ready(t, 'webgpu');
  const whole = steps(await run(page, 1, { ...ancestral, steps: 8 }));
  const said = await page.evaluate(async (spec) => {
    const going = engine.run(2, spec);
    await engine.wait((m) => m.kind === 'step' && m.Index === 3);
    engine.post('lose-device', {});
    await going;
    return engine.heard.filter((m) => m.RunID === 2 || ['device-lost', 'ended'].includes(m.kind));
  }, { ...ancestral, steps: 8 });
  const kinds = said.map((m) => m.kind);
  assert.ok(kinds.includes('device-lost') && kinds.includes('rebuilt'), `${kinds.join(' ')}: ${said.at(-1).Message}`);
  assert.equal(kinds.at(-1), 'done');
  assert.equal(said.find((m) => m.kind === 'rebuilt').Ready.Tier, 'webgpu');
  const film = steps(said);
  assert.deepEqual(film.map((s) => s.Index), whole.map((s) => s.Index), 'no step twice, none missing');
  for (const [i, s] of film.entries()) assert.ok(largestDifference(s.floats, whole[i].floats) < 1e-5, `step ${i}`);

  const idle = await page.evaluate(async (spec) => {
    const rebuilt = engine.wait((m) => m.kind === 'rebuilt');
    engine.post('lose-device', {});
    await rebuilt;
    return engine.run(3, spec);
  }, ancestral);
  assert.equal(idle.at(-1).kind, 'done', 'lost while idle');
});

test('webgpu: out of memory', async (t) => {
  const { page } = await ready(t, 'webgpu');
  await page.workers()[0].evaluate(() => {
    const { pushErrorScope, popErrorScope } = GPUDevice.prototype;
    const scopes = [];
    GPUDevice.prototype.pushErrorScope = function (filter) {
      scopes.push(filter);
      return pushErrorScope.call(this, filter);
    };
    GPUDevice.prototype.popErrorScope = function () {
      const full = scopes.pop() === 'out-of-memory' && globalThis.gpuIsFull;
      return popErrorScope.call(this).then((error) => (full ? { message: 'no room' } : error));
    };
    globalThis.gpuIsFull = true;
  });
  const said = await run(page, 1, spec);
  assert.equal(said.at(-1).kind, 'error');
  assert.match(said.at(-1).Message, /not enough memory for this model, even for one picture/);
  assert.match(said.at(-1).Hint, /close other tabs.*\?tier=cpu/);
  await page.workers()[0].evaluate(() => { globalThis.gpuIsFull = false; });
  assert.equal((await run(page, 2, { ...spec, n: 1 })).at(-1).kind, 'done', 'the engine goes on');
});

test('webgpu: an adapter that compiles nothing', async (t) => {
  const { page } = await ready(t, 'webgpu');
  await page.workers()[0].evaluate(() => {
    GPUDevice.prototype.createComputePipelineAsync = () => Promise.reject(new DOMException('cannot', 'OperationError'));
  });
  const said = await run(page, 1, spec);
  const rebuilt = said.find((m) => m.kind === 'rebuilt');
  assert.equal(rebuilt.Ready.Tier, 'cpu');
  assert.match(rebuilt.Ready.Reason, /^Computing on the CPU, since this GPU cannot be used: .*cannot.*\.$/s);
  assert.equal(said.at(-1).kind, 'done');
  assert.equal(steps(said).length, 5);
});

test('webgpu: a kernel that does not compile is told, and another stands in', async (t) => {
  const { page } = await ready(t, 'webgpu');
  const whole = steps(await run(page, 1, ancestral));
  await page.evaluate(async () => {
    const rebuilt = engine.wait((m) => m.kind === 'rebuilt');
    engine.post('lose-device', {});
    await rebuilt;
  });
  await page.workers()[0].evaluate(() => {
    const { createComputePipelineAsync } = GPUDevice.prototype;
    GPUDevice.prototype.createComputePipelineAsync = function (descriptor) {
      return /^(winograd_output|conv2d_tile)/.test(descriptor.label)
        ? Promise.reject(new DOMException('hindered', 'OperationError'))
        : createComputePipelineAsync.call(this, descriptor);
    };
  });
  const since = await page.evaluate(() => engine.heard.length);
  const film = steps(await run(page, 2, ancestral));
  const adapted = await page.evaluate((since) => engine.heard.slice(since).find((m) => m.kind === 'adapted'), since);
  assert.ok(adapted.Rejected.length >= 1 && adapted.Rejected.every((text) => /kernel (winograd_output|conv2d_tile).*hindered/s.test(text)), adapted.Rejected.join());
  for (const [i, s] of film.entries()) assert.ok(largestDifference(s.floats, whole[i].floats) < 1e-4, `step ${i}`);
});

test('webgpu: a lost device while a run is compiled', async (t) => {
  const { page } = await ready(t, 'webgpu');
  await page.workers()[0].evaluate(() => {
    const { createComputePipelineAsync } = GPUDevice.prototype;
    let lost = false;
    GPUDevice.prototype.createComputePipelineAsync = function (descriptor) {
      if (!lost) this.destroy();
      lost = true;
      return createComputePipelineAsync.call(this, descriptor);
    };
  });
  const said = await run(page, 1, spec);
  const kinds = said.map((m) => m.kind);
  assert.ok(kinds.includes('device-lost') && kinds.includes('rebuilt'), kinds.join(' '));
  assert.equal(kinds.at(-1), 'done');
  assert.deepEqual(steps(said).map((s) => s.Index), [0, 1, 2, 3, 4]);
});

test('webgpu: a lost device while a step is read back', async (t) => {
  const { page } = await ready(t, 'webgpu');
  await page.workers()[0].evaluate(() => {
    const { mapAsync } = GPUBuffer.prototype;
    const { createBuffer } = GPUDevice.prototype;
    let count = 0;
    GPUDevice.prototype.createBuffer = function (descriptor) {
      const buffer = createBuffer.call(this, descriptor);
      buffer.owner = this;
      return buffer;
    };
    GPUBuffer.prototype.mapAsync = function (...args) {
      const mapped = mapAsync.apply(this, args);
      if (++count === 3) this.owner.destroy();
      return mapped;
    };
  });
  const said = await run(page, 1, ancestral);
  const kinds = said.map((m) => m.kind);
  assert.ok(kinds.includes('device-lost') && kinds.includes('rebuilt'), kinds.join(' '));
  assert.equal(kinds.at(-1), 'done');
  assert.deepEqual(steps(said).map((s) => s.Index), [0, 1, 2, 3, 4]);
});
