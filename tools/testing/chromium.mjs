// Runs a Go js/wasm program in headless Chromium: what it prints goes to our
// stdout as it comes, and its exit status is ours.
// Usage: node chromium.mjs program.wasm [args…]
import { execFileSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import { basename, join } from 'node:path';
import { chromium } from 'playwright-core';

const [program, ...args] = process.argv.slice(2);
const timeoutMs = 1000 * Number(process.env.UNNOISE_TIMEOUT ?? 600);
const support = join(execFileSync('go', ['env', 'GOROOT']).toString().trim(), 'lib/wasm/wasm_exec.js');

// The page's side: Go's output is handed over as it is written.
async function runProgram({ argv, env }) {
  const go = new Go();
  Object.assign(go, { argv, env });
  let status = 0;
  go.exit = (code) => { status = code; };
  const decoder = new TextDecoder();
  let text = '', writing;
  const write = async () => { // what has come together while the last was on its way
    while (text) {
      const part = text;
      text = '';
      await hostWrite(part);
    }
    writing = undefined;
  };
  globalThis.fs.writeSync = (_fd, bytes) => {
    text += decoder.decode(bytes, { stream: true });
    writing ??= write();
    return bytes.length;
  };
  const source = await WebAssembly.instantiateStreaming(fetch('/program.wasm'), go.importObject);
  globalThis.wasm = source;
  await go.run(source.instance);
  // Timers and the loss of a device would still call into it; a timer does until it is heard.
  go._resume = () => {};
  for (const timer of go._scheduledTimeouts.values()) clearTimeout(timer);
  go._scheduledTimeouts.clear();
  await writing;
  return status;
}

const files = {
  '/program.wasm': ['application/wasm', program],
  '/wasm_exec.js': ['text/javascript', support],
};
const server = createServer((request, response) => {
  const file = files[request.url];
  response.setHeader('content-type', file ? file[0] : 'text/html');
  if (file) createReadStream(file[1]).pipe(response);
  else response.end('<!doctype html><title>test</title><script src="/wasm_exec.js"></script>');
});
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));

const browser = await chromium.launch({
  executablePath: process.env.UNNOISE_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
});
let status = 98;
try {
  const page = await browser.newPage();
  await page.exposeFunction('hostWrite', (text) => { process.stdout.write(text); });
  page.on('pageerror', (error) => console.error('chromium: %s', error.stack ?? error));
  page.on('crash', () => console.error('chromium: the page crashed'));
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  const env = { TMPDIR: '.', ...Object.fromEntries(Object.entries(process.env).filter(([key]) => key.startsWith('UNNOISE_'))) };
  const overdue = new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`not finished after ${timeoutMs / 1000} s`)), timeoutMs).unref();
  });
  status = await Promise.race([page.evaluate(runProgram, { argv: [basename(program), ...args], env }), overdue]);
} catch (error) {
  console.error('chromium: %s', error.message);
} finally {
  await browser.close();
  server.close();
}
process.exit(status);
