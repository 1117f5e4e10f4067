// The worker of a program, which its name says: engine, where it has none, or guide. It waits for the page's first message, which may bring
// the compiled program of a worker before it, and then hands the message events
// over to Go (packages wasm/engine and wasm/guide). To package wasm/worker it says
//   {loading: {done, total}}   bytes of the program
//   {module}                   compiled, for the next worker
//   {ended}                    a sentence: the program did not start, or stopped

import { start } from './loader.js';

const ended = (sentence) => postMessage({ ended: sentence });

self.addEventListener('error', (event) => ended(`The engine stopped: ${event.message}.`));

self.addEventListener('message', async ({ data }) => {
  try {
    const { module, exited } = await start(self.name || 'engine', {
      module: data.module,
      onProgress: (done, total) => postMessage({ loading: { done, total } }),
    });
    if (!data.module) postMessage({ module });
    ended(`The engine stopped (exit code ${await exited}). It may have run out of memory.`);
  } catch (error) {
    ended(error.message);
  }
}, { once: true });
