// Builds the site: the Go programs, packed and named by their hash, the files of
// web/, the models, and a service worker that keeps all but the models, the
// self-test and the exhibits' programs.
// The same sources give the same bytes.
//
// Usage: node tools/site/build.mjs [--out site] [--models web/models]
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const { values: options } = parseArgs({
  options: {
    out: { type: 'string', default: join(root, 'site') },
    models: { type: 'string', default: join(root, 'web/models') },
  },
});

/** The page's two programs packed, together: what a first visit may cost. */
const maxPackedBytes = 4_500_000;

/** The exhibits' two programs packed, together; loaded by their own page only. */
const maxExhibitsBytes = 8_000_000;

/**
 * The page's program is compiled without inlining: a ninth smaller when packed,
 * and it does little but wait. The engine computes, so it keeps its inlining, but for
 * the packages that only read, write and talk.
 */
const talking = [
  'bufio', 'encoding/...', 'fmt', 'internal/poll', 'internal/strconv', 'io/...', 'log/...', 'net/...', 'os', 'path', 'reflect', 'regexp/...',
  'strconv', 'syscall', 'time', 'unnoise/shaders', 'unnoise/wasm/...',
  ...['annotated', 'bench/...', 'gguf', 'graph', 'noisy', 'refinenet', 'run', 'scorenet', 'trajectory', 'unet', 'weights'].map((name) => `unnoise/model/${name}`),
].map((pkg) => `-gcflags=${pkg}=-l`);

const programs = {
  page: { pkg: './wasm/app', flags: ['-gcflags=all=-l'] },
  engine: { pkg: './wasm/engine', flags: talking },
  hall: { pkg: './wasm/hall', flags: ['-gcflags=all=-l'] }, // exhibits.html's, as the guide is
  guide: { pkg: './wasm/guide', flags: talking }, // runs what exhibits.html shows
  selftest: { pkg: './wasm/selftest', flags: [] }, // loaded by its own page only
};

const fail = (message) => {
  console.error(`site: ${message}`);
  process.exit(1);
};
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const hashed = (bytes) => sha256(bytes).slice(0, 12);
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(2)} MB`;

/** All files below a folder, relative to it, with forward slashes, sorted. */
const filesBelow = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)).split(sep).join('/'))
    .sort();

/** Compiles a program and writes it packed. Returns its entry of build.json. */
function buildProgram(name, { pkg, flags }, folder) {
  const scratch = mkdtempSync(join(tmpdir(), 'unnoise-site-'));
  try {
    const out = join(scratch, 'program.wasm');
    execFileSync('go', ['build', '-trimpath', '-buildvcs=false', '-ldflags=-s -w', ...flags, '-o', out, pkg], {
      cwd: root,
      env: { ...process.env, GOOS: 'js', GOARCH: 'wasm', CGO_ENABLED: '0' },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const wasm = readFileSync(out);
    const packed = gzipSync(wasm, { level: 9 });
    const file = `${name}.${hashed(wasm)}.wasm.gz`;
    writeFileSync(join(folder, file), packed);
    return { file, size: packed.length, unpacked: wasm.length };
  } catch (error) {
    fail(`${pkg} does not compile: ${error.message}`);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The wasm_exec.js of the Go that compiles the programs. */
function copyWasmExec(folder) {
  const goroot = execFileSync('go', ['env', 'GOROOT'], { cwd: root }).toString().trim();
  const text = readFileSync(join(goroot, 'lib/wasm/wasm_exec.js'));
  const file = `wasm_exec.${hashed(text)}.js`;
  writeFileSync(join(folder, file), text);
  return file;
}

/** Copies the listed models, after comparing them with the list. */
function copyModels(folder) {
  const index = join(options.models, 'index.json');
  if (!existsSync(index)) fail(`${index} is missing: it lists the models that the site ships (see model/catalog)`);
  mkdirSync(join(folder, 'models'), { recursive: true });
  cpSync(index, join(folder, 'models/index.json'));
  for (const { file, size, sha256: want } of JSON.parse(readFileSync(index, 'utf8')).models) {
    const from = join(options.models, file);
    if (!existsSync(from)) fail(`${from} is listed in index.json but missing`);
    const bytes = readFileSync(from);
    if (bytes.length !== size || sha256(bytes) !== want) {
      fail(`${from} has ${bytes.length} bytes and SHA-256 ${sha256(bytes)}; index.json says ${size} and ${want}`);
    }
    writeFileSync(join(folder, 'models', file), bytes);
  }
}

/** Installs the npm packages of this folder where they are not as locked. */
function installPackages() {
  const here = join(root, 'tools/site');
  const lock = readFileSync(join(here, 'package-lock.json'));
  const stamp = join(here, 'node_modules/.installed-lock');
  if (existsSync(stamp) && readFileSync(stamp).equals(lock)) return;
  try {
    execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'], { cwd: here, stdio: 'inherit' });
  } catch (error) {
    fail(`the npm packages of tools/site could not be installed: ${error.message}`);
  }
  writeFileSync(stamp, lock);
}

/** Bundles Workbox and the list of files to keep into one script. */
async function writeServiceWorker(folder) {
  installPackages();
  const esbuild = await import('esbuild');
  const exhibits = ['hall', 'guide'].filter((name) => name in build).map((name) => build[name].file);
  const list = filesBelow(folder)
    .filter((file) => !file.endsWith('.gguf') && ![build.selftest.file, ...exhibits].includes(file))
    .map((url) => ({
      url,
      // A name with its hash never changes its content.
      revision: /\.[0-9a-f]{12}\./.test(url) ? null : hashed(readFileSync(join(folder, url))),
    }));
  await esbuild.build({
    entryPoints: [join(root, 'web/service_worker.js')],
    outfile: join(folder, 'service_worker.js'),
    bundle: true,
    minify: true,
    legalComments: 'none',
    format: 'iife',
    target: 'es2022',
    absWorkingDir: root,
    nodePaths: [join(root, 'tools/site/node_modules')],
    define: { 'self.__WB_MANIFEST': JSON.stringify(list), 'self.__EXHIBITS': JSON.stringify(exhibits), 'process.env.NODE_ENV': '"production"' },
    logLevel: 'warning',
  });
}

/** Copies web/ but for the models and what is bundled. */
function copyPages(folder) {
  const web = join(root, 'web');
  cpSync(web, folder, {
    recursive: true,
    filter: (from) => {
      const file = relative(web, from).split(sep).join('/');
      return file !== 'models' && file !== 'service_worker.js' && !file.endsWith('.go');
    },
  });
}

const out = resolve(options.out);
const folder = `${out}.new`; // takes the place of the old one only when complete
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

copyPages(folder);
copyModels(folder);
const build = { exec: copyWasmExec(folder) };
for (const [name, program] of Object.entries(programs)) build[name] = buildProgram(name, program, folder);
writeFileSync(join(folder, 'build.json'), JSON.stringify(build, null, 2) + '\n');
await writeServiceWorker(folder);

for (const name of Object.keys(programs)) {
  console.log(`${name.padEnd(9)}${megabytes(build[name].size)} packed, ${megabytes(build[name].unpacked)} unpacked`);
}
const packed = build.page.size + build.engine.size;
console.log(`${'both'.padEnd(9)}${megabytes(packed)} packed, of at most ${megabytes(maxPackedBytes)}`);
if (packed > maxPackedBytes) fail('the programs are too large');
const shown = build.hall.size + (build.guide?.size ?? 0);
console.log(`${'exhibits'.padEnd(9)}${megabytes(shown)} packed, of at most ${megabytes(maxExhibitsBytes)}`);
if (shown > maxExhibitsBytes) fail('the programs of the exhibits are too large');

rmSync(out, { recursive: true, force: true });
renameSync(folder, out);
console.log(`site     ${relative(process.cwd(), out) || out}`);
