// The benchmark: this engine on the CPU and on every WebGPU adapter here, with the
// shipped model and, beside onnxruntime-web and tfjs, with the reference network.
// Prints tables and writes latest.json beside this file.
//
// In Chromium the engine's own part measures only the host's work: there its calls go
// to another process. The engines are compared on SwiftShader in Chromium.
//
// Usage: node tools/bench/bench.mjs [--only cpu,lavapipe,swiftshader,chromium] [--quick]
//   [--no-peers] [--engines unnoise-f32,ort-webgpu] [arguments of the program…]
//
// --only      some of the adapters
// --quick     batch 1 and few repeats: a few minutes
// --no-peers  without the comparison
// --engines   some of the engines in the comparison
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compare } from './compare.mjs';
import { comparison, kernels, shipped } from './table.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');
const testing = join(root, 'tools/testing');
const cache = join(here, 'cache');

const args = process.argv.slice(2);
/** Takes an option, with its value where it has one, out of the arguments. */
function take(name, hasValue) {
  const at = args.indexOf(name);
  return at < 0 ? undefined : args.splice(at, hasValue ? 2 : 1)[hasValue ? 1 : 0];
}
const only = (take('--only', true) ?? 'cpu,lavapipe,swiftshader,chromium').split(',');
const quick = take('--quick') !== undefined;
const peers = take('--no-peers') === undefined;
const engines = take('--engines', true)?.split(',');

const fail = (message) => { throw new Error(message); };

const build = (out, env) =>
  execFileSync('go', ['build', '-o', out, './tools/bench'], { cwd: root, env: { ...process.env, ...env }, stdio: 'inherit' });

/** Runs this engine's own part and returns its rows. */
function measure(adapter, native, wasm) {
  const [program, first] = {
    cpu: [native, []],
    chromium: [join(testing, 'chromium'), [wasm, '-host-only', '-model', '']],
  }[adapter] ?? [join(testing, 'dawn'), [wasm]];
  const run = spawnSync(program, [...first, '-adapter', adapter, ...(quick ? ['-quick'] : []), ...args], {
    cwd: root,
    env: { ...process.env, UNNOISE_ADAPTER: adapter },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (run.status !== 0) fail(`the program failed on ${adapter} (status ${run.status ?? run.signal})`);
  return run.stdout.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
}

/** The networks that reference_unet.py has left in the cache. */
function networks() {
  const list = join(cache, 'cases.json');
  if (!existsSync(list)) fail(`${list} is missing: run make bench, or .venv/bin/python tools/bench/reference_unet.py`);
  return JSON.parse(readFileSync(list, 'utf8')).cases;
}

/** Installs the peers where they are not as locked. */
function installPeers() {
  const lock = readFileSync(join(here, 'package-lock.json'));
  const stamp = join(here, 'node_modules/.installed-lock');
  if (existsSync(stamp) && readFileSync(stamp).equals(lock)) return;
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'], { cwd: here, stdio: 'inherit' });
  writeFileSync(stamp, lock);
}

/** Compares the engines on the adapters wanted. */
async function comparePeers(wasm) {
  const wanted = ['lavapipe', 'swiftshader'].filter((adapter) => only.includes(adapter));
  if (!peers || wanted.length === 0) return [];
  installPeers();
  const cases = networks();
  const goroot = execFileSync('go', ['env', 'GOROOT']).toString().trim();
  const files = { cache, wasm, wasmExec: join(goroot, 'lib/wasm/wasm_exec.js') };
  const options = { quick, only: engines, tuneSeconds: quick ? 5 : 20 };
  const rows = [];
  for (const adapter of wanted) {
    const { launch } = await import(adapter === 'lavapipe' ? './engines/dawn.mjs' : './engines/chromium.mjs');
    const opener = await launch(files);
    try {
      rows.push(...(await compare(adapter, opener, cases, options)));
    } finally {
      await opener.close();
    }
  }
  return rows;
}

const folder = mkdtempSync(join(tmpdir(), 'unnoise-bench-'));
try {
  const native = join(folder, 'bench');
  const wasm = join(folder, 'bench.wasm');
  build(native, {});
  build(wasm, { GOOS: 'js', GOARCH: 'wasm' });
  const rows = only.flatMap((adapter) => measure(adapter, native, wasm));
  rows.push(...(await comparePeers(wasm)));
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}`;
  const result = { date: new Date().toISOString(), machine, rows };
  writeFileSync(join(here, 'latest.json'), `${JSON.stringify(result, null, 2)}\n`);
  const tables = [shipped(rows), kernels(rows), comparison(rows)].filter((table) => table.includes('\n'));
  console.log([`${machine}, ${result.date}`, ...tables].join('\n\n'));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
