// Times one engine in Node with Dawn: reads a line of JSON, answers with one.
//   {"open": {engine, network}}  → what prepare() says of the first step
//   {"step": true}               → {ms, dispatches}
// Usage: through tools/testing/dawn's environment; see bench.mjs.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const { create, globals } = createRequire(resolve(here, '../../testing/package.json'))('webgpu');

// What create() returns must stay reachable: once it is collected, Node crashes.
Object.assign(globalThis, globals);
const gpu = create(['enable-dawn-features=allow_unsafe_apis']);
Object.defineProperty(globalThis, 'navigator', {
  value: { gpu, userAgent: 'node', hardwareConcurrency: 2, language: 'en' }, configurable: true, writable: true,
});

// wasm_exec.js looks for these as a script of Node's would find them.
Object.assign(globalThis, { require, fs: require('fs'), path: require('path') });

// Dawn for Node takes no view of WebAssembly's memory, and onnxruntime-web gives one.
const { writeBuffer } = GPUQueue.prototype;
GPUQueue.prototype.writeBuffer = function (buffer, offset, data, from = 0, size = undefined) {
  const view = ArrayBuffer.isView(data);
  const unit = view ? data.BYTES_PER_ELEMENT ?? 1 : 1;
  const bytes = size === undefined ? data.byteLength - from * unit : size * unit;
  const start = (view ? data.byteOffset : 0) + from * unit;
  return writeBuffer.call(this, buffer, offset, new Uint8Array(view ? data.buffer : data, start, bytes).slice());
};

const { prepare } = await import('./measure.mjs');
const [cache, wasm, wasmExec, tuneSeconds] = process.argv.slice(2);
const options = {
  read: async (name) => new Uint8Array(await readFile(join(cache, name))),
  modules: (path) => join(here, '../node_modules', path),
  wasm: async () => ({ program: await readFile(wasm), exec: pathToFileURL(wasmExec).href }),
  tuneSeconds: Number(tuneSeconds),
};
const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
console.log = console.error; // stdout is for answers

let prepared;
for await (const line of createInterface({ input: process.stdin })) {
  try {
    const request = JSON.parse(line);
    if (request.open) {
      prepared = await prepare(request.open.engine, { ...options, network: request.open.network });
      say(prepared.first);
    } else {
      say(await prepared.step());
    }
  } catch (error) {
    say({ failed: String(error?.stack ?? error) });
  }
}
process.exit(0);
