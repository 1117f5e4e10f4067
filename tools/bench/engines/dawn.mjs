// Opens engines in Node with Dawn on lavapipe, each in a process of its own (node.mjs).
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

/** The Vulkan loader's description of lavapipe. */
function lavapipe() {
  for (const folder of ['/usr/share/vulkan/icd.d', '/usr/local/share/vulkan/icd.d']) {
    const file = existsSync(folder) && readdirSync(folder).find((name) => /^lvp_icd.*\.json$/.test(name));
    if (file) return join(folder, file);
  }
  throw new Error('lavapipe is not installed: run tools/deps.sh');
}

/** What opens engines; close() does nothing, since each engine ends its own process. */
export function launch({ cache, wasm, wasmExec }) {
  const driver = lavapipe();
  return {
    async open(engine, network, { tuneSeconds, patienceMs }) {
      const child = spawn('node', ['--stack-size=8192', join(here, 'node.mjs'), cache, wasm, wasmExec, String(tuneSeconds)], {
        env: { ...process.env, VK_DRIVER_FILES: driver },
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      let complaints = '';
      child.stderr.on('data', (text) => { complaints = `${complaints}${text}`.slice(-4000); });
      const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      const ask = async (request) => {
        child.stdin.write(`${JSON.stringify(request)}\n`);
        let timer;
        const late = new Promise((_, reject) => {
          timer = setTimeout(() => reject(new Error(`no answer in ${patienceMs / 1000} s`)), patienceMs);
        });
        try {
          const { value, done } = await Promise.race([answers.next(), late]);
          if (done) throw new Error(`its process ended: ${complaints}`);
          const answer = JSON.parse(value);
          if (answer.failed) throw new Error(answer.failed);
          return answer;
        } finally {
          clearTimeout(timer);
        }
      };
      try {
        const first = await ask({ open: { engine, network } });
        return { first, step: () => ask({ step: true }), close: async () => { child.kill(); } };
      } catch (error) {
        child.kill('SIGKILL');
        throw error;
      }
    },
    async close() {},
  };
}
