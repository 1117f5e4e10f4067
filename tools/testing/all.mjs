// Forces every kernel configuration that the tuner could choose over the table of
// operations, on every adapter here, a process for each configuration, two at a time, and
// sums up. One more process an adapter runs the tests that -short leaves out ("long").
//
// Usage: node all.mjs [--fresh] [--minutes M] [--jobs N] [lavapipe] [swiftshader] [chromium] [only=CONFIGURATION,…]
//
// What has passed with the same test program is not run again: a run that was ended goes
// on where it was (tools/testing/.all.json; --fresh forgets it).
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measured } from './process.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const adapters = ['lavapipe', 'swiftshader', 'chromium'];
const longest = 900; // seconds of one process; on two idle cores none takes a tenth of it
const given = process.argv.slice(2);
const number = (name, usual) => (given.includes(name) ? Number(given.splice(given.indexOf(name), 2)[1]) : usual);
const minutes = number('--minutes', 60), jobs = number('--jobs', 2);
const only = given.find((word) => word.startsWith('only='))?.slice(5).split(',');
const unknown = given.find((word) => word !== '--fresh' && !word.startsWith('only=') && !adapters.includes(word));
if (unknown || !(minutes > 0) || !(jobs >= 1)) {
  console.error(`all: ${unknown ?? 'a number'}: expected --fresh, --minutes M, --jobs N, only=CONFIGURATION,…, or some of ${adapters.join(', ')}`);
  process.exit(2);
}
const wanted = adapters.filter((name) => given.includes(name));

const scratch = mkdtempSync(join(tmpdir(), 'test-all-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
const program = join(scratch, 'gpu.test.wasm');
const built = spawnSync('go', ['test', '-trimpath', '-c', '-o', program, './model/gpu'], {
  cwd: root, stdio: 'inherit', env: { ...process.env, GOOS: 'js', GOARCH: 'wasm' },
});
if (built.status !== 0) process.exit(1);

// The tests that -short leaves out: those that begin by saying so.
const tests = readdirSync(join(root, 'model', 'gpu')).filter((name) => name.endsWith('_test.go'));
const long = tests.flatMap((name) => [...readFileSync(join(root, 'model', 'gpu', name), 'utf8')
  .matchAll(/^func (Test\w+)\(t \*testing\.T\) \{\n\tlong\(t\)$/gm)].map((match) => match[1]));

const record = join(here, '.all.json');
const digest = createHash('sha256').update(readFileSync(program)).digest('hex');
let passed = {}; // adapter/configuration: the row of the table
try {
  const kept = JSON.parse(readFileSync(record, 'utf8'));
  if (kept.digest === digest && !given.includes('--fresh')) passed = kept.passed;
} catch { /* none yet */ }

const begun = Date.now();
const left = () => minutes * 60 - (Date.now() - begun) / 1000;
const test = (adapter, args) => measured(join(here, adapter === 'chromium' ? 'chromium' : 'dawn'), [program, '-test.v', '-test.timeout', '0', ...args], {
  cwd: join(root, 'model', 'gpu'), seconds: Math.ceil(Math.min(longest, Math.max(left(), 0) + 60)), env: { UNNOISE_ADAPTER: adapter },
});
const lines = (text) => text.split('\n').filter((line) => !/^\s*(=== RUN|--- PASS)/.test(line)).join('\n');
const ended = ({ status, signal, hung }) =>
  hung ? `HUNG: killed after ${hung} s` : signal ? `KILLED by ${signal}` : `FAIL: status ${status}`;

// What to run, in the order of the table.
const rows = [];
for (const adapter of wanted.length ? wanted : adapters) {
  const listed = await test(adapter, ['-test.run', '^TestConfigs$']);
  const configs = [...listed.text.matchAll(/configuration (\S+)/g)].map((match) => match[1]);
  if (listed.status !== 0 || configs.length === 0) {
    console.log(lines(listed.text));
    rows.push({ adapter, config: '-', outcome: `${ended(listed)}: its configurations cannot be listed`, failed: true });
    continue;
  }
  for (const config of [...configs, 'long'].filter((name) => !only || only.includes(name))) rows.push({ adapter, config });
}

async function run(row) {
  const key = `${row.adapter}/${row.config}`;
  if (key in passed) return Object.assign(row, passed[key], { outcome: `passed before: ${passed[key].outcome}` });
  if (left() <= 0) return Object.assign(row, { outcome: 'NOT RUN: out of time', failed: true });
  const done = await test(row.adapter, row.config === 'long'
    ? ['-test.run', `^(${long.join('|')})$`]
    : ['-test.run', '^TestOps$', '-all', '-only', row.config]);
  const result = { wall: done.wall, cpu: done.cpu };
  const missing = row.config === 'long' ? long.filter((name) => !done.text.includes(`--- PASS: ${name} `)) : [];
  if (done.status === 0 && missing.length === 0) {
    result.outcome = row.config === 'long' ? `${long.length} tests`
      : `${[...done.text.matchAll(/(\d+) cases computed/g)].map((match) => match[1]).join(' + ')} cases`;
    passed[key] = result;
    writeFileSync(record, JSON.stringify({ digest, passed }));
  } else {
    const last = [...done.text.matchAll(/=== RUN\s+(\S+)/g)].at(-1)?.[1] ?? 'its start';
    result.outcome = done.status === 0 ? `FAIL: ${missing.join(', ')} did not pass` : `${ended(done)}, the last case begun is ${last}`;
    console.log(lines(done.text));
  }
  console.log(`${row.adapter} ${row.config}: ${result.outcome}, ${result.wall.toFixed(0)} s`);
  return Object.assign(row, result, { failed: !(key in passed) });
}

const waiting = rows.filter((row) => !row.failed);
await Promise.all(Array.from({ length: jobs }, async () => {
  while (waiting.length) await run(waiting.shift());
}));

const failures = rows.filter((row) => row.failed).length;
const column = (seconds) => (seconds === undefined ? '' : seconds.toFixed(1)).padStart(8);
console.log(`\n${'adapter'.padEnd(12)} ${'configuration'.padEnd(14)}  seconds  CPU's  outcome`);
for (const { adapter, config, outcome, wall, cpu } of rows) {
  console.log(`${adapter.padEnd(12)} ${config.padEnd(14)} ${column(wall)} ${column(cpu)}  ${outcome}`);
}
for (const adapter of adapters) {
  const cpu = rows.filter((row) => row.adapter === adapter).reduce((sum, row) => sum + (row.cpu ?? 0), 0);
  if (cpu) console.log(`${adapter}: ${(cpu / 60).toFixed(1)} minutes of CPU`);
}
console.log(`${rows.length - failures} of ${rows.length} configurations pass, ${((Date.now() - begun) / 60000).toFixed(1)} minutes`);
process.exit(failures ? 1 : 0);
