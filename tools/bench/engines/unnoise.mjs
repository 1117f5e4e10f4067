// This project's engine: tools/bench compiled for js/wasm, with -serve. It draws the
// weights itself; that they are those of the other engines shows in its answers.
//
// Runs in Node and in a browser; wasm gives the program and Go's script for it.

/** @param {object} options as for ort.mjs, with precision, 'f32' or 'f16', and tuneSeconds */
export async function open({ precision, network, wasm, tuneSeconds }) {
  const { program, exec } = await wasm();
  await import(exec);
  const go = new globalThis.Go();
  go.argv = ['bench', '-serve', '-tune', `${tuneSeconds}s`];
  const source = await WebAssembly.instantiate(program, go.importObject);
  globalThis.wasm = source; // the WebGPU bindings look for Go's memory here
  let ended = false;
  go.run(source.instance).then(() => { ended = true; });
  while (!globalThis.unnoise) {
    if (ended) throw new Error('the engine’s program ended; see what it printed');
    await new Promise((soon) => setTimeout(soon, 5));
  }
  const call = (name, ...args) => new Promise((resolve, reject) => {
    globalThis.unnoise[name](...args, (error, result) => (error === null ? resolve(result) : reject(new Error(error))));
  });
  await call('compile', precision, network.batch, network.size);
  return { run: (x, t) => call('run', x, t) };
}
