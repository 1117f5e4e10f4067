// Builds the benchmark for the CPU and for WebGPU, runs it on every adapter here,
// one after the other, prints a table and writes latest.json beside this file.
//
// In Chromium only the host's work is measured: there its calls go to another process.
//
// Usage: node tools/bench/bench.mjs [--only cpu,lavapipe,swiftshader,chromium] [arguments of the program…]
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');
const args = process.argv.slice(2);
const only = args[0] === '--only' ? args.splice(0, 2)[1].split(',') : ['cpu', 'lavapipe', 'swiftshader', 'chromium'];

const build = (out, env) =>
  execFileSync('go', ['build', '-o', out, './tools/bench'], { cwd: root, env: { ...process.env, ...env }, stdio: 'inherit' });

/** Runs one engine and returns its rows. */
function measure(adapter, native, wasm) {
  const testing = join(root, 'tools/testing');
  const [program, first] = {
    cpu: [native, []],
    chromium: [join(testing, 'chromium'), [wasm, '-host-only', '-model', '']],
  }[adapter] ?? [join(testing, 'dawn'), [wasm]];
  const run = spawnSync(program, [...first, '-adapter', adapter, ...args], {
    cwd: root,
    env: { ...process.env, UNNOISE_ADAPTER: adapter },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (run.status !== 0) throw new Error(`the benchmark failed on ${adapter} (status ${run.status ?? run.signal})`);
  return run.stdout.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
}

function table(rows) {
  const columns = [
    ['adapter', (r) => r.adapter],
    ['engine', (r) => r.engine],
    ['case', (r) => r.case],
    ['batch', (r) => r.batch || ''],
    ['median ms', (r) => r.ms_median?.toFixed(2)],
    ['min ms', (r) => r.ms_min?.toFixed(2)],
    ['dispatches', (r) => r.dispatches ?? ''],
    ['GFLOP/s', (r) => r.gflops?.toFixed(2) ?? ''],
    ['% of peak', (r) => r.percent_of_peak?.toFixed(0) ?? ''],
    ['GB/s', (r) => r.gb_per_s?.toFixed(2) ?? ''],
    ['against CPU', (r) => ratio(r, rows)],
    ['note', (r) => r.note ?? ''],
  ];
  const cells = [columns.map(([name]) => name), ...rows.map((r) => columns.map(([, cell]) => String(cell(r))))];
  const widths = columns.map((_, c) => Math.max(...cells.map((line) => line[c].length)));
  return cells.map((line) => line.map((cell, c) => cell.padEnd(widths[c])).join('  ').trimEnd()).join('\n');
}

/** How many times faster a step is than the CPU executor's in the same run. */
function ratio(row, rows) {
  if (!row.case.startsWith('fashion-step') || row.adapter === 'cpu') return '';
  const reference = rows.find((r) => r.adapter === 'cpu' && r.case === 'fashion-step' && r.batch === row.batch);
  return reference ? `${(reference.ms_median / row.ms_median).toFixed(2)}×` : '';
}

const folder = mkdtempSync(join(tmpdir(), 'unnoise-bench-'));
try {
  const native = join(folder, 'bench');
  const wasm = join(folder, 'bench.wasm');
  build(native, {});
  build(wasm, { GOOS: 'js', GOARCH: 'wasm' });
  const rows = only.flatMap((adapter) => measure(adapter, native, wasm));
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}`;
  const result = { date: new Date().toISOString(), machine, rows };
  writeFileSync(join(here, 'latest.json'), `${JSON.stringify(result, null, 2)}\n`);
  console.log(`${machine}, ${result.date}\n${table(rows)}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
