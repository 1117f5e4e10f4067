// Runs a Go js/wasm program in Node with navigator.gpu provided by Dawn.
// Usage: node dawn.mjs program.wasm [args…]; see the wrapper "dawn" beside it.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, globals } from 'webgpu';

const require = createRequire(import.meta.url);
const fail = (message) => {
  console.error(`dawn: ${message}`);
  process.exit(97);
};
const [program, ...args] = process.argv.slice(2);
if (!program) fail('no program given: dawn.mjs program.wasm [args…]');

// What create() returns must stay reachable: once it is collected, Node crashes.
Object.assign(globalThis, globals);
const gpu = create(['enable-dawn-features=allow_unsafe_apis']);
Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });

// wasm_exec.js looks for these as a script of Node's would find them.
Object.assign(globalThis, { require, fs: require('fs'), path: require('path') });
const support =
  process.env.UNNOISE_WASM_EXEC ??
  join(execFileSync('go', ['env', 'GOROOT']).toString().trim(), 'lib/wasm/wasm_exec.js');
require(support);

const go = new Go();
go.argv = [program, ...args];
go.env = { TMPDIR: tmpdir(), ...process.env };
// Go keeps arguments and environment in 4 KiB; leave out what no program of ours reads.
for (const key of Object.keys(go.env)) {
  if (!/^(UNNOISE_|GO|HOME$|PWD$|PATH$|TMPDIR$|TERM$|NO_COLOR$|COLUMNS$)/.test(key) || go.env[key].length > 1000) {
    delete go.env[key];
  }
}
go.exit = process.exit;
process.on('exit', (code) => {
  if (code === 0 && !go.exited) { // all goroutines wait for something that never comes
    go._pendingEvent = { id: 0 };
    go._resume();
  }
});

const source = await WebAssembly.instantiate(readFileSync(program), go.importObject);
globalThis.wasm = source; // cogentcore/webgpu reads the memory through it
await go.run(source.instance);
