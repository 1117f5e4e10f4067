// The engine's worker in Chromium, on both tiers, with a tiny random model.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { launch, openRig, serve, withWebGPU } from './engine_rig.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

let bytes; // of the model
let load; // its message
let server;
let browsers;

const octets = (response, body) => {
  response.setHeader('content-type', 'application/octet-stream');
  response.end(body);
};
const damaged = (from) => {
  const copy = Buffer.from(from);
  copy[copy.length >> 1] ^= 1;
  return copy;
};

before(async () => {
  const scratch = mkdtempSync(join(tmpdir(), 'unnoise-engine-'));
  const file = join(scratch, 'standin.gguf');
  execFileSync('go', ['run', './tools/testing/standin', '-out', file], { cwd: root, stdio: 'inherit' });
  bytes = readFileSync(file);
  rmSync(scratch, { recursive: true });
  const SHA256 = createHash('sha256').update(bytes).digest('hex');
  load = { ID: 'standin', URL: 'standin.gguf', SHA256, Size: bytes.length };
  server = await serve({
    '/standin.gguf': (_, response) => octets(response, bytes),
    '/damaged.gguf': (_, response) => octets(response, damaged(bytes)),
    '/short.gguf': (_, response) => octets(response, bytes.subarray(0, bytes.length - 100)),
    '/long.gguf': (_, response) => octets(response, Buffer.concat([bytes, Buffer.alloc(100)])),
    '/page.gguf': (_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html>'),
    '/plain.gguf': (_, response) => octets(response, Buffer.from('<!doctype html>'.padEnd(bytes.length))),
    '/broken.gguf': (_, response) => {
      response.setHeader('content-length', bytes.length);
      response.write(bytes.subarray(0, 1000), () => response.destroy());
    },
    '/refused.gguf': (request) => request.socket.destroy(),
  });
  browsers = { cpu: await launch(), webgpu: await launch([withWebGPU]) };
});

after(async () => {
  await Promise.all(Object.values(browsers ?? {}).map((browser) => browser.close()));
  server?.close();
});

const spec = { model: 'standin', class: -1, sampler: 'ddim', steps: 4, eta: 0, guidance: 1, seed: 5, n: 2 };
const ancestral = { ...spec, sampler: 'ddpm', variance: 'fixed_small' };

/** Opens a page with an engine that has loaded the model. */
async function ready(t, tier, { url = server.url, args } = {}) {
  let browser = browsers[tier];
  if (args) {
    browser = await launch(args);
    t.after(() => browser.close());
  }
  const page = await openRig(browser, { url });
  t.after(() => page.context().close());
  const said = await page.evaluate(async (load) => {
    globalThis.engine = new Engine();
    return [await engine.open(), await engine.load(load)];
  }, load);
  return { page, opened: said[0], loaded: said[1] };
}

const run = (page, id, spec, options) => page.evaluate(([id, spec, options]) => engine.run(id, spec, options), [id, spec, options]);
const steps = (said) => said.filter((m) => m.kind === 'step');
const largestDifference = (a, b) => {
  assert.equal(a.length, b.length);
  return a.reduce((most, v, i) => Math.max(most, Math.abs(v - b[i])), 0);
};

test('the tier and its reason', async (t) => {
  const cpu = await ready(t, 'cpu');
  assert.equal(cpu.opened.Tier, 'cpu');
  assert.match(cpu.opened.Reason, /^Computing on the CPU.*adapter.*\.$/);

  const gpu = await ready(t, 'webgpu');
  assert.equal(gpu.opened.Tier, 'webgpu');
  assert.match(gpu.opened.Adapter, /swiftshader/i);
  assert.equal(gpu.opened.Software, true);

  const forced = await openRig(browsers.webgpu, server);
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
  test(`${tier}: every step, and the same ones again from the middle`, async (t) => {
    const { page, loaded } = await ready(t, tier);
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

test('both tiers make the same pictures', async (t) => {
  const films = [];
  for (const tier of ['cpu', 'webgpu']) {
    const { page } = await ready(t, tier);
    films.push(steps(await run(page, 1, ancestral)));
  }
  for (const [i, s] of films[0].entries()) {
    assert.ok(largestDifference(s.floats, films[1][i].floats) < 1e-4, `step ${i}`);
  }
});

test('a picture to start from', async (t) => {
  const { page } = await ready(t, 'cpu');
  const start = { t: 9, picture: 'sample:0' };
  const film = steps(await run(page, 1, { ...spec, start }, { Start: Array(64).fill(0.5) }));
  assert.equal(film[0].T, 9);
  const missing = await run(page, 2, { ...spec, start });
  assert.equal(missing.at(-1).kind, 'error');
  assert.match(missing.at(-1).Message, /picture/);
});

test('requests that cannot be met', async (t) => {
  const { page } = await ready(t, 'cpu');
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

test('downloads that go wrong', async (t) => {
  const { page } = await ready(t, 'cpu');
  for (const [URL, sentence] of [
    ['missing.gguf', /server answered 404/],
    ['refused.gguf', /could not be downloaded/],
    ['broken.gguf', /broke off after \d+ of \d+ bytes/],
    ['short.gguf', /ended after \d+ of \d+ bytes/],
    ['long.gguf', /larger than/],
    ['damaged.gguf', /damaged.*SHA-256/],
    ['page.gguf', /a web page instead/],
    ['plain.gguf', /a web page instead/],
  ]) {
    // Another hash than the stored model's, so that all of them are fetched.
    const SHA256 = '0'.repeat(64);
    const said = await page.evaluate((load) => engine.load(load), { ...load, URL, SHA256 });
    assert.equal(said.kind, 'error', URL);
    assert.match(said.Message, sentence);
    assert.match(said.Hint, /\.$/);
  }
  assert.equal((await page.evaluate((load) => engine.load(load), load)).kind, 'loaded', 'the engine goes on');
  const nonsense = await page.evaluate((load) => engine.load(load), { ID: 'x', URL: 'build.json', SHA256: '', Size: 0 });
  assert.match(nonsense.Message, /cannot be used.*gguf/);
});

test('the model is stored, and a damaged copy replaced', async (t) => {
  const { page, loaded } = await ready(t, 'cpu');
  const again = () => page.evaluate((load) => engine.load(load), load);
  const fetched = () => server.requests.filter((path) => path === '/standin.gguf').length;
  assert.equal(loaded.Cached, false);

  let count = fetched();
  assert.equal((await again()).Cached, true);
  assert.equal(fetched(), count, 'nothing is fetched');

  await page.evaluate((hash) => new Promise((settled, failed) => {
    const request = indexedDB.open('unnoise');
    request.onerror = failed;
    request.onsuccess = () => {
      const transaction = request.result.transaction('models', 'readwrite');
      transaction.objectStore('models').put(new Blob([new Uint8Array(1000)]), hash);
      transaction.onerror = failed;
      transaction.oncomplete = () => { request.result.close(); settled(); };
    };
  }), load.SHA256);
  count = fetched();
  assert.equal((await again()).Cached, false);
  assert.equal(fetched(), count + 1);
  assert.equal((await again()).Cached, true);
});

test('webgpu: a run is cancelled at once, and another goes on', async (t) => {
  const { page } = await ready(t, 'webgpu');
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

test('webgpu: a lost device', async (t) => {
  const { page } = await ready(t, 'webgpu');
  const whole = steps(await run(page, 1, { ...ancestral, steps: 20 }));
  const said = await page.evaluate(async (spec) => {
    const going = engine.run(2, spec);
    await engine.wait((m) => m.kind === 'step' && m.Index === 3);
    engine.post('lose-device', {});
    await going;
    return engine.heard.filter((m) => m.RunID === 2 || ['device-lost', 'ended'].includes(m.kind));
  }, { ...ancestral, steps: 20 });
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
  assert.match(said.at(-1).Message, /not enough memory for 2 pictures/);
  assert.match(said.at(-1).Hint, /fewer pictures/);
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

  const again = await openRig(browsers.webgpu, server, { context: page.context() });
  const remembered = await again.evaluate(async (load) => {
    globalThis.engine = new Engine();
    await engine.open();
    return engine.load(load);
  }, load);
  assert.equal(remembered.Tuned, true);
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
  assert.match(worse[0], /^engine\.[0-9a-f]{12}\.wasm\.gz\n.*swiftshader.*\n[0-9a-f]{64}$/i);
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
  assert.equal(said.at(-1).kind, 'done');
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
