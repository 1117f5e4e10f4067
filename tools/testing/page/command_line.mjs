// What bin/unnoise says about a run, to hold the page against.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { site } from './engine_rig.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
const bin = process.env.UNNOISE_BIN ?? join(root, 'bin');

export const index = JSON.parse(readFileSync(join(site, 'models/index.json'), 'utf8'));

/** The first model of the site: the one the page opens with. */
export const model = { ...index.models[0], path: join(site, 'models', index.models[0].file) };

/** Runs a program of bin/; the one on the GPU, on the adapter that the tests install. */
const call = (program, args) => execFileSync(join(bin, program), args, {
  encoding: 'utf8',
  env: { UNNOISE_ADAPTER: 'lavapipe', ...process.env },
  stdio: ['ignore', 'pipe', 'pipe'], // what it says of its failure comes with the error
});
const unnoise = (...args) => call('unnoise', args);

/**
 * The whole run of a link, as the command line records it: of every moment t
 * (−1 for the result), xt and, but for the result, pred. program is unnoise, or
 * unnoise-gpu.
 */
export function trajectory(hash, program = 'unnoise') {
  const scratch = mkdtempSync(join(tmpdir(), 'unnoise-run-'));
  try {
    const folder = join(scratch, 'run');
    call(program, ['sample', '--model', model.path, '--link', hash, '--trajectory', folder, '--quiet']);
    const { xt, pred, timestep } = readSafetensors(readFileSync(join(folder, 'trajectory.safetensors')));
    const elems = xt.values.length / xt.shape[0];
    const part = ({ values }, i) => values.subarray(i * elems, (i + 1) * elems);
    return Array.from({ length: xt.shape[0] }, (_, i) => ({
      t: i < timestep.values.length ? Number(timestep.values[i]) : -1,
      xt: part(xt, i),
      pred: i < pred.shape[0] ? part(pred, i) : undefined,
    }));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The noise of a seed for one picture of the model's size. */
export const noise = (seed, side = 32) =>
  Float32Array.from(unnoise('noise', '--seed', String(seed), '--shape', `1,1,${side},${side}`).trim().split(','), Number);

/** ᾱ of every timestep of the linear schedule. */
export const alphaBar = () =>
  unnoise('schedule', '--name', 'linear', '--T', '1000').trim().split('\n').slice(1).map((line) => Number(line.split(',')[2]));

/** Tensors by name: {shape, values}. Only the types that the command line writes. */
function readSafetensors(file) {
  const length = Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.toString('utf8', 8, 8 + length));
  const data = file.buffer.slice(file.byteOffset + 8 + length, file.byteOffset + file.length);
  const types = { F32: Float32Array, I64: BigInt64Array };
  const tensors = {};
  for (const [name, { dtype, shape, data_offsets: [from, to] }] of Object.entries(header)) {
    if (name !== '__metadata__') tensors[name] = { shape, values: new types[dtype](data.slice(from, to)) };
  }
  return tensors;
}
