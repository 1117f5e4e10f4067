// The same engine program in Node with Dawn, and its numbers against Chromium's.
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { launch, openRig, serve, site } from './engine_rig.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../../..');

test('the engine under Node and Dawn makes the same pictures', async (t) => {
  const scratch = mkdtempSync(join(tmpdir(), 'unnoise-dawn-'));
  t.after(() => rmSync(scratch, { recursive: true }));
  const build = JSON.parse(readFileSync(join(site, 'build.json'), 'utf8'));
  const program = join(scratch, 'engine.wasm');
  writeFileSync(program, gunzipSync(readFileSync(join(site, build.engine.file))));
  const model = join(scratch, 'standin.gguf');
  execFileSync('go', ['run', './tools/testing/standin', '-out', model], { cwd: root, stdio: 'inherit' });
  const bytes = readFileSync(model);
  const server = await serve({ '/standin.gguf': (_, response) => response.end(bytes) });
  t.after(server.close);

  const load = { ID: 'standin', URL: `${server.url}standin.gguf`, SHA256: createHash('sha256').update(bytes).digest('hex'), Size: bytes.length };
  const spec = { model: 'standin', class: -1, sampler: 'ddim', steps: 5, eta: 0.5, guidance: 1, seed: 3, n: 3 };
  const { stdout } = await promisify(execFile)(join(root, 'tools/testing/dawn'), [program], {
    env: {
      ...process.env,
      NODE_OPTIONS: `--import=${join(here, 'engine_script.mjs')}`,
      UNNOISE_WASM_EXEC: join(site, build.exec),
      UNNOISE_SCRIPT: JSON.stringify({ load, spec }),
    },
    timeout: 240_000,
    maxBuffer: 64 << 20,
  });
  const said = stdout.trim().split('\n').map((line) => JSON.parse(line));
  assert.equal(said.find((m) => m.kind === 'ready').Tier, 'webgpu');
  assert.ok(said.some(({ kind }) => kind === 'done'), said.at(-1).Message);
  const tuned = said.at(-1);
  assert.equal(tuned.kind, 'tuned', tuned.Message);
  assert.equal(tuned.Stopped, false, tuned.Note);
  if (said.find((m) => m.kind === 'ready').Features.includes('shader-f16')) {
    assert.ok(tuned.F32Seconds > 0 && tuned.F16Seconds > 0, 'both precisions are measured');
    t.diagnostic(`a step takes ${tuned.F32Seconds} s in f32, ${tuned.F16Seconds} s in f16: ${tuned.Precision}`);
    if (tuned.Precision === 'f16') assert.ok(tuned.F16Seconds < tuned.F32Seconds, 'the faster one is taken');
  } else assert.equal(tuned.Precision, 'f32');
  assert.match(said.find((m) => m.kind === 'loaded').Note, /downloaded again/, 'Node keeps no models');

  const browser = await launch();
  t.after(() => browser.close());
  const page = await openRig(browser, server);
  const onCPU = await page.evaluate(async ([load, spec]) => {
    const engine = new Engine();
    await engine.open('cpu');
    await engine.load(load);
    return engine.run(1, spec);
  }, [load, spec]);
  const film = (messages) => messages.filter((m) => m.kind === 'step').map((m) => m.floats);
  const [dawn, cpu] = [film(said), film(onCPU)];
  assert.equal(dawn.length, 6);
  assert.deepEqual(dawn.map((f) => f.length), cpu.map((f) => f.length));
  for (const [i, floats] of dawn.entries()) {
    const worst = floats.reduce((most, v, k) => Math.max(most, Math.abs(v - cpu[i][k])), 0);
    assert.ok(worst < 1e-4, `step ${i} differs by ${worst}`);
  }
});
