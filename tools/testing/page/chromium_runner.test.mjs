// The runner of Go programs in Chromium: it hands over the status of a program whatever
// that leaves behind.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';

const testing = join(dirname(fileURLToPath(import.meta.url)), '..');

// A timer is due while the last output is on its way, after the program has ended.
const source = `
package main

import (
	"fmt"
	"os"
	"strings"
	"syscall/js"
	"time"
)

func main() {
	called := make(chan bool)
	js.Global().Call("setTimeout", js.FuncOf(func(js.Value, []js.Value) any { called <- true; return nil }), 5)
	go time.Sleep(8 * time.Millisecond)
	<-called
	fmt.Println(strings.Repeat("x", 4<<20))
	fmt.Println("the last line")
	os.Exit(3)
}
`;

test('a program that ends with a timer still set', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'unnoise-runner-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'main.go'), source);
  const program = join(folder, 'main.wasm');
  execFileSync('go', ['build', '-o', program, join(folder, 'main.go')], { env: { ...process.env, GOOS: 'js', GOARCH: 'wasm' } });
  const run = spawnSync(join(testing, 'chromium'), [program], {
    encoding: 'utf8', maxBuffer: 16 << 20, env: { ...process.env, UNNOISE_TIMEOUT: '60' },
  });
  assert.equal(run.status, 3, run.stderr);
  assert.match(run.stdout, /the last line\n$/);
});
