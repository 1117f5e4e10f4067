// One engine with one network, opened and ready to be timed, a step at a time.
// Runs in Node and in a browser.
import { countDispatches } from './count.mjs';

const modules = {
  'ort-webgpu': ['./ort.mjs', { provider: 'webgpu' }],
  'ort-wasm': ['./ort.mjs', { provider: 'wasm' }],
  'tfjs-webgpu': ['./tfjs.mjs', {}],
  'unnoise-f32': ['./unnoise.mjs', { precision: 'f32' }],
  'unnoise-f16': ['./unnoise.mjs', { precision: 'f16' }],
};

/**
 * Opens an engine and warms it up with one step.
 *
 * @returns {Promise<{first: object, step: () => Promise<number>}>} first has the
 *   dispatches of a step and its relative error against the float64 reference;
 *   step runs one and resolves with its milliseconds, from values in memory to
 *   values in memory
 */
export async function prepare(engine, options) {
  const [module, choice] = modules[engine];
  const dispatches = countDispatches();
  const { read, network } = options;
  const floats = async (suffix) => new Float32Array((await read(`${network.name}.${suffix}.f32`)).slice().buffer);
  const [x, t, want] = [await floats('x'), await floats('t'), await floats('y')];
  const opened = await (await import(module)).open({ ...options, ...choice });
  dispatches();
  const begun = performance.now();
  const y = await opened.run(x, t);
  const firstMs = performance.now() - begun;
  const first = { error: relativeError(y, want), first_ms: firstMs, version: opened.version, note: opened.note };
  // Of a second step, because the first may prepare weights. None on the CPU.
  let counted = false;
  return {
    first,
    async step() {
      dispatches();
      const begun = performance.now();
      await opened.run(x, t);
      const ms = performance.now() - begun;
      const count = dispatches();
      if (!counted && count) first.dispatches = count;
      counted = true;
      return { ms, dispatches: first.dispatches };
    },
  };
}

/** ‖a − b‖/‖b‖. */
function relativeError(a, b) {
  if (a.length !== b.length) throw new Error(`the engine gave ${a.length} values, expected ${b.length}`);
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < b.length; i++) {
    difference += (a[i] - b[i]) ** 2;
    norm += b[i] ** 2;
  }
  return Math.sqrt(difference / norm);
}
