// Forces every kernel configuration that the tuner could choose over the table of
// operations, on every adapter here, a process for each configuration, and sums up.
//
// Usage: node all.mjs [--fresh] [--minutes M] [lavapipe] [swiftshader] [chromium] [only=CONFIGURATION,…]
//
// What has passed with the same test program is not run again: a run that was ended goes
// on where it was (tools/testing/.all.json; --fresh forgets it).
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const adapters = ['lavapipe', 'swiftshader', 'chromium'];
const given = process.argv.slice(2);
const minutes = given.includes('--minutes') ? Number(given.splice(given.indexOf('--minutes'), 2)[1]) : 60;
const only = given.find((word) => word.startsWith('only='))?.slice(5).split(',');
const unknown = given.find((word) => word !== '--fresh' && !word.startsWith('only=') && !adapters.includes(word));
if (unknown || !(minutes > 0)) {
  console.error(`all: ${unknown ?? 'minutes'}: expected --fresh, --minutes M, only=CONFIGURATION,…, or some of ${adapters.join(', ')}`);
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

const record = join(here, '.all.json');
const digest = createHash('sha256').update(readFileSync(program)).digest('hex');
let passed = {}; // adapter/configuration: seconds
try {
  const kept = JSON.parse(readFileSync(record, 'utf8'));
  if (kept.digest === digest && !given.includes('--fresh')) passed = kept.passed;
} catch { /* none yet */ }

function run(adapter, args, seconds) {
  const wrapper = join(here, adapter === 'chromium' ? 'chromium' : 'dawn');
  const begun = Date.now();
  const done = spawnSync(wrapper, [program, ...args], {
    cwd: join(root, 'model', 'gpu'), encoding: 'utf8', timeout: 1000 * seconds, maxBuffer: 1 << 28,
    env: { ...process.env, UNNOISE_ADAPTER: adapter, UNNOISE_TIMEOUT: String(seconds) },
  });
  return { ok: done.status === 0, text: (done.stdout ?? '') + (done.stderr ?? ''), seconds: (Date.now() - begun) / 1000 };
}

const begun = Date.now();
const left = () => minutes * 60 - (Date.now() - begun) / 1000;
const rows = [];
let failures = 0;
for (const adapter of wanted.length ? wanted : adapters) {
  const listed = run(adapter, ['-test.run', '^TestConfigs$', '-test.v'], 120);
  const configs = [...listed.text.matchAll(/configuration (\S+)/g)].map((match) => match[1]);
  if (!listed.ok || configs.length === 0) {
    console.log(listed.text);
    rows.push([adapter, '-', 'FAIL: its configurations cannot be listed', '']);
    failures++;
    continue;
  }
  for (const config of configs.filter((name) => !only || only.includes(name))) {
    const key = `${adapter}/${config}`;
    if (key in passed) {
      rows.push([adapter, config, 'passed before', passed[key].toFixed(0)]);
      continue;
    }
    if (left() <= 0) {
      rows.push([adapter, config, 'NOT RUN: out of time', '']);
      failures++;
      continue;
    }
    const args = ['-test.run', '^TestOps$', '-test.timeout', '0', '-test.v', '-all', '-only', config];
    const result = run(adapter, args, Math.ceil(Math.min(900, left() + 60)));
    const cases = [...result.text.matchAll(/(\d+) cases computed/g)].map((match) => match[1]);
    console.log(`${adapter} ${config}: ${result.ok ? 'ok' : 'FAIL'}, ${result.seconds.toFixed(0)} s`);
    if (result.ok) {
      passed[key] = result.seconds;
      writeFileSync(record, JSON.stringify({ digest, passed }));
    } else {
      failures++;
      console.log(result.text.split('\n').filter((line) => !/^\s*(=== RUN|--- PASS)/.test(line)).join('\n'));
    }
    rows.push([adapter, config, result.ok ? `${cases.join(' + ')} cases` : 'FAIL', result.seconds.toFixed(0)]);
  }
}
console.log(`\n${'adapter'.padEnd(12)} ${'configuration'.padEnd(14)} ${'outcome'.padEnd(22)} seconds`);
for (const [adapter, config, outcome, seconds] of rows) {
  console.log(`${adapter.padEnd(12)} ${config.padEnd(14)} ${outcome.padEnd(22)} ${seconds.padStart(7)}`);
}
console.log(`${rows.length - failures} of ${rows.length} configurations pass, ${((Date.now() - begun) / 60000).toFixed(1)} minutes`);
process.exit(failures ? 1 : 0);
