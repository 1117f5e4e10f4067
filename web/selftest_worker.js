// The self-test's worker: it runs the program of wasm/selftest, which takes its
// messages over. To selftest.js it says, until then,
//   {loading: {done, total}}   bytes of the program
//   {ended}                    a sentence: the program did not start, or stopped

import { start } from './loader.js';

const ended = (sentence) => postMessage({ ended: sentence });

self.addEventListener('error', (event) => ended(`The self-test stopped: ${event.message}.`));

try {
  const { exited } = await start('selftest', {
    onProgress: (done, total) => postMessage({ loading: { done, total } }),
  });
  ended(`The self-test stopped (exit code ${await exited}).`);
} catch (error) {
  ended(error.message);
}
