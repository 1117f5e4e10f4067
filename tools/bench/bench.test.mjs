// The order of the steps, what becomes of an engine that does not run, and the ratios.
// Run by make test-page.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare } from './compare.mjs';
import { readSafetensors } from './engines/safetensors.mjs';
import { comparison, kernels, shipped } from './table.mjs';

const networks = [{ name: 'reference-1x32', batch: 1, size: 32, channels: 3, conv_flops: 3e9 }];
const quick = { quick: true, tuneSeconds: 1 };

/** Engines whose steps take the given milliseconds, in turn. */
function fake(steps) {
  const order = [];
  return {
    order,
    async open(engine) {
      if (!steps[engine]) throw new Error(`${engine} is not here\nsecond line`);
      order.push(`open ${engine}`);
      let next = 0;
      return {
        first: { error: 1e-6 },
        async step() {
          order.push(engine);
          if (next >= steps[engine].length) throw new Error(`${engine} stopped`);
          return { ms: steps[engine][next++], dispatches: 7 };
        },
        async close() { order.push(`close ${engine}`); },
      };
    },
  };
}

test('the engines take turns, step by step', async (t) => {
  t.mock.method(console, 'error', () => {});
  const opener = fake({ 'unnoise-f32': [30, 10], 'ort-webgpu': [90, 80], 'tfjs-webgpu': [100, 300] });
  const rows = await compare('swiftshader', opener, networks, quick);
  assert.deepEqual(opener.order, [
    'open unnoise-f32', 'open ort-webgpu', 'open tfjs-webgpu',
    'unnoise-f32', 'ort-webgpu', 'tfjs-webgpu', 'unnoise-f32', 'ort-webgpu', 'tfjs-webgpu',
    'close unnoise-f32', 'close ort-webgpu', 'close tfjs-webgpu',
  ]);
  assert.deepEqual(rows[0], {
    case: 'reference-unet', batch: 1, size: 32, adapter: 'swiftshader', engine: 'unnoise-f32',
    ms_median: 30, ms_min: 10, dispatches: 7, gflops: 300, relative_error: 1e-6,
  });
});

test('an engine that does not run leaves the others their rows', async (t) => {
  t.mock.method(console, 'error', () => {});
  const rows = await compare('swiftshader', fake({ 'unnoise-f32': [1, 1] }), networks, quick);
  assert.equal(rows[0].ms_min, 1);
  assert.deepEqual(rows.slice(1).map((r) => [r.engine, r.ms_min, r.note]),
    [['ort-webgpu', null, 'did not run: ort-webgpu is not here'], ['tfjs-webgpu', null, 'did not run: tfjs-webgpu is not here']]);
  assert.match(comparison(rows), /did not run/);
  const opener = fake({ 'unnoise-f32': [5, 4], 'ort-webgpu': [9], 'tfjs-webgpu': [8, 7] });
  const stopped = await compare('swiftshader', opener, networks, quick);
  assert.deepEqual(stopped.map((r) => r.ms_min), [4, null, 7]);
  assert.equal(stopped[1].note, 'did not run: ort-webgpu stopped');
  assert.ok(opener.order.includes('close ort-webgpu'), 'its process is ended all the same');
});

test('ratios are the peer’s time over ours, on the same adapter and case', () => {
  const step = { case: 'reference-unet', batch: 1, size: 32 };
  const text = comparison([
    { ...step, adapter: 'lavapipe', engine: 'unnoise-f32', ms_median: 200, ms_min: 190, dispatches: 150 },
    { ...step, adapter: 'lavapipe', engine: 'ort-webgpu', ms_median: 1600, ms_min: 1500, dispatches: 626 },
    { ...step, adapter: 'cpu', engine: 'ort-wasm', ms_median: 360, ms_min: 350 },
    { ...step, adapter: 'swiftshader', engine: 'unnoise-f32', ms_median: 500, ms_min: 490 },
    { ...step, adapter: 'swiftshader', engine: 'ort-webgpu', ms_median: 16000, ms_min: 16000 },
    { ...step, batch: 8, adapter: 'lavapipe', engine: 'unnoise-f32', ms_median: 1500, ms_min: 1500 },
  ]).split('\n');
  assert.match(text[1], / 8\.00× +1\.80×$/);
  assert.match(text[4], / 32\.00× +0\.72×$/);
  assert.doesNotMatch(text[6], /×/, 'nothing to compare with');
  assert.doesNotMatch(text[0], /tfjs/, 'a column without figures is left out');
});

test('each table has its rows', () => {
  const rows = [
    { case: 'reference-unet', batch: 1, adapter: 'cpu', engine: 'unnoise-cpu', ms_median: 1, ms_min: 1 },
    { case: 'op conv2d/matmul', batch: 1, adapter: 'lavapipe', engine: 'unnoise-f32', ms_median: 1, ms_min: 1, percent_of_step: 40, bound: 'memory' },
    { case: 'fashion-step', batch: 1, adapter: 'cpu', engine: 'unnoise-cpu', ms_median: 100, ms_min: 90 },
    { case: 'fashion-step', batch: 1, adapter: 'lavapipe', engine: 'unnoise-f32', ms_median: 50, ms_min: 40 },
  ];
  for (const table of [comparison(rows), kernels(rows)]) assert.equal(table.split('\n').length, 2);
  assert.match(kernels(rows), /conv2d\/matmul .* 40\.0 +memory/);
  assert.match(shipped(rows).split('\n')[2], / 2\.00×$/);
});

test('safetensors are read', () => {
  const header = Buffer.from(JSON.stringify({ __metadata__: {}, b: { dtype: 'F32', shape: [1], data_offsets: [8, 12] }, a: { dtype: 'F32', shape: [2, 1], data_offsets: [0, 8] } }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const bytes = new Uint8Array(Buffer.concat([length, header, Buffer.from(Float32Array.of(1, 2, 3).buffer)]));
  const tensors = readSafetensors(bytes);
  assert.deepEqual([...tensors.get('a').values, ...tensors.get('b').values], [1, 2, 3]);
  assert.deepEqual(tensors.get('a').shape, [2, 1]);
  assert.throws(() => readSafetensors(Buffer.concat([length, Buffer.from(header.toString().replace('F32', 'F16')), Buffer.alloc(12)])), /is F16, expected F32/);
});
