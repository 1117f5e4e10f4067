// Starts one of the two Go programs, in the page or in a worker.
//
// build.json, written by tools/site/build.mjs, names the files of this build:
// each program and the wasm_exec.js of the Go that compiled them. They carry
// their hash in their name, so a cache can never mix two builds.

/**
 * @typedef {object} Started
 * @property {WebAssembly.Module} module   compiled; start() takes it the next time
 * @property {Promise<number>} exited      resolves with the exit code when main returns
 */

/**
 * Downloads, compiles and runs a program.
 *
 * @param {'page'|'engine'|'hall'|'guide'} program
 * @param {object} [options]
 * @param {(done: number, total: number) => void} [options.onProgress] bytes downloaded
 * @param {WebAssembly.Module} [options.module] compiled before: nothing is downloaded
 * @param {string[]} [options.args] os.Args[1:]
 * @param {Promise<void>} [options.hold] main is not run before it resolves
 * @returns {Promise<Started>} once main is running
 * @throws {Error} whose message is a sentence for the visitor
 */
export async function start(program, { onProgress = () => {}, module, args = [], hold } = {}) {
  const build = await readBuild();
  const go = new globalThis.Go();
  go.argv = [build[program].file, ...args]; // the name has the program's hash
  let code = 0;
  go.exit = (c) => { code = c; };

  module ??= await compile(build[program], onProgress, keptWhenVisited.includes(program));
  performance.mark(`unnoise ${program} compiled`);
  const instance = await WebAssembly.instantiate(module, go.importObject);
  await hold;
  performance.mark(`unnoise ${program} started`);
  globalThis.wasm = { module, instance }; // the WebGPU bindings look for Go's memory here
  const exited = go.run(instance).then(() => code);
  return { module, exited };
}

/**
 * Starts a program's worker before the page's own program is there to do it, so that
 * both get ready side by side. Package wasm/worker takes the worker over, with what
 * it has said by then.
 *
 * @param {'engine'|'guide'} program
 * @param {(done: number, total: number) => void} onProgress bytes downloaded
 * @returns {Promise<void>} resolves when its program is there, or cannot be had
 */
export function startWorker(program, onProgress) {
  return new Promise((resolve) => {
    let worker;
    try {
      worker = new Worker(new URL('worker.js', import.meta.url), { type: 'module', name: program });
    } catch {
      resolve(); // the page's program will try for itself and say what is wrong
      return;
    }
    const said = [];
    globalThis.unnoiseEarly = { ...globalThis.unnoiseEarly, [program]: { worker, said } };
    const hear = (data) => {
      said.push(data);
      if (data.loading) onProgress(data.loading.done, data.loading.total);
      if (data.module || data.ended) resolve();
    };
    worker.onmessage = ({ data }) => hear(data);
    worker.onerror = (event) => {
      event.preventDefault();
      hear({ ended: `The ${program}’s worker could not be started.` });
    };
    worker.postMessage({});
  });
}

/** Reads build.json and defines Go by the wasm_exec.js it names. */
async function readBuild() {
  const response = await get('build.json', { cache: 'no-cache' });
  try {
    const build = await response.json();
    await import(new URL(build.exec, import.meta.url).href);
    return build;
  } catch (cause) {
    throw new Error(`build.json, or the script that it names, is not what this page was made with (${cause.message}). Please reload the page; if that does not help, the server asks for a login or the site is incomplete.`, { cause });
  }
}

/** Programs that the service worker does not keep before they are visited. */
const keptWhenVisited = ['hall', 'guide'];

/** Downloads and compiles at once. The size in build.json is that of the file. */
async function compile({ file, size, unpacked }, onProgress, keep) {
  const response = await get(file);
  if (keep) keepFor(file, response.clone());
  const { packed, body } = await unwrap(response.body);
  const total = packed ? size : unpacked;
  let wasm = body.pipeThrough(count((done) => onProgress(done, total)));
  if (packed) wasm = wasm.pipeThrough(new DecompressionStream('gzip'));
  try {
    return await WebAssembly.compileStreaming(
      new Response(wasm, { headers: { 'Content-Type': 'application/wasm' } }));
  } catch (cause) {
    throw new Error(`${file} arrived damaged or incomplete (${cause.message}). Please reload the page.`, { cause });
  }
}

/** Stores a program for visits without a connection, where the browser lets it. */
async function keepFor(file, response) {
  try {
    const cache = await caches.open('unnoise-exhibits'); // service_worker.js serves it
    await cache.put(new URL(file, import.meta.url), response);
  } catch { /* no secure context, or no room: the page works with a connection */ }
}

async function get(file, init) {
  let response;
  try {
    response = await fetch(new URL(file, import.meta.url), init);
  } catch (cause) {
    throw new Error(`${file} could not be downloaded (${cause.message}). Is there a connection? Then please reload the page.`, { cause });
  }
  if (!response.ok) {
    throw new Error(`${file} could not be downloaded: the server answered ${response.status} ${response.statusText}. Please reload the page; if that does not help, the site is incomplete.`);
  }
  return response;
}

/**
 * Tells by the first bytes whether a stream is still gzip: some hosts declare
 * it as a content encoding, and then the browser has already unpacked it.
 */
async function unwrap(stream) {
  const reader = stream.getReader();
  const first = await reader.read();
  const packed = !first.done && first.value[0] === 0x1f;
  const body = new ReadableStream({
    start(controller) { if (!first.done) controller.enqueue(first.value); },
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) controller.close(); else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return { packed, body };
}

function count(onBytes) {
  let done = 0;
  return new TransformStream({
    transform(chunk, controller) {
      done += chunk.byteLength;
      onBytes(done);
      controller.enqueue(chunk);
    },
  });
}
