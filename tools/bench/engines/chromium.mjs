// Opens engines in headless Chromium with SwiftShader, each in a page of its own.
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, extname, join, normalize, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const { chromium } = createRequire(resolve(here, '../../testing/package.json'))('playwright-core');

const types = { '.mjs': 'text/javascript', '.js': 'text/javascript', '.wasm': 'application/wasm' };

/** Serves this folder, the peers' packages, the cache and the program. */
function serve({ cache, wasm, wasmExec }) {
  const roots = { engines: here, modules: join(here, '../node_modules'), cache };
  const server = createServer((request, response) => {
    const [, root, ...rest] = normalize(decodeURI(new URL(request.url, 'http://x').pathname)).split('/');
    const file = { 'bench.wasm': wasm, 'wasm_exec.js': wasmExec }[root] ?? (roots[root] && join(roots[root], ...rest));
    // onnxruntime-web's threads share memory, which a page must be isolated for.
    response.setHeader('cross-origin-opener-policy', 'same-origin');
    response.setHeader('cross-origin-embedder-policy', 'require-corp');
    if (!file) {
      response.setHeader('content-type', 'text/html');
      response.end('<!doctype html><title>bench</title>');
    } else if (statSync(file, { throwIfNoEntry: false })?.isFile()) {
      response.setHeader('content-type', types[extname(file)] ?? 'application/octet-stream');
      createReadStream(file).pipe(response);
    } else {
      response.writeHead(404).end();
    }
  });
  return new Promise((listening) => server.listen(0, '127.0.0.1', () => listening(server)));
}

/** A browser that opens engines; close() ends it. */
export async function launch(files) {
  const server = await serve(files);
  const browser = await chromium.launch({
    executablePath: process.env.UNNOISE_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
  });
  const address = `http://127.0.0.1:${server.address().port}/`;
  return {
    async open(engine, network, { tuneSeconds, patienceMs }) {
      const page = await browser.newPage();
      page.setDefaultTimeout(patienceMs);
      page.on('crash', () => console.error(`${engine}: the page crashed`));
      await page.goto(address);
      const first = await page.evaluate(async ([engine, network, tuneSeconds]) => {
        const { prepare } = await import('/engines/measure.mjs');
        const get = async (path) => {
          const response = await fetch(path);
          if (!response.ok) throw new Error(`${path}: ${response.status}`);
          return new Uint8Array(await response.arrayBuffer());
        };
        globalThis.prepared = await prepare(engine, {
          network, tuneSeconds,
          read: (name) => get(`/cache/${name}`),
          modules: (path) => `/modules/${path}`,
          wasm: async () => ({ program: await get('/bench.wasm'), exec: '/wasm_exec.js' }),
        });
        return prepared.first;
      }, [engine, network, tuneSeconds]);
      return { first, step: () => page.evaluate(() => prepared.step()), close: () => page.close() };
    },
    async close() {
      await browser.close();
      server.close();
    },
  };
}
