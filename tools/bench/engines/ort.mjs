// onnxruntime-web: its WebGPU and its WebAssembly (SIMD, threads), on the ONNX file
// of a case. The shapes in that file are fixed, and its defaults are left as they are.
//
// Runs in Node and in a browser; modules says where its files are.

/**
 * @param {object} options
 * @param {'webgpu'|'wasm'} options.provider
 * @param {(name: string) => Promise<Uint8Array>} options.read  a file of the cache
 * @param {(path: string) => string} options.modules  the address of a file in node_modules
 * @param {{name: string, batch: number, size: number, channels: number}} options.network
 */
export async function open({ provider, read, modules, network }) {
  const build = provider === 'webgpu' ? 'ort.webgpu.bundle.min.mjs' : 'ort.wasm.bundle.min.mjs';
  const ort = await import(modules(`onnxruntime-web/dist/${build}`));
  ort.env.wasm.wasmPaths = modules('onnxruntime-web/dist/');
  // Its WebGPU computes on the GPU; the other threads would only wait.
  ort.env.wasm.numThreads = provider === 'webgpu' ? 1 : 2;
  ort.env.logLevel = 'error';
  const session = await ort.InferenceSession.create(await read(`${network.name}.onnx`), { executionProviders: [provider] });
  const shape = [network.batch, network.channels, network.size, network.size];
  return {
    version: ort.env.versions.web,
    async run(x, t) {
      const { y } = await session.run({ x: new ort.Tensor('float32', x, shape), t: new ort.Tensor('float32', t, [network.batch]) });
      const values = await y.getData();
      y.dispose();
      return values;
    },
  };
}
