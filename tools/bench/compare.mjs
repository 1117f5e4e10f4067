// The reference network in every engine, one step at a time in turn, so that all see
// the same machine.

/**
 * What is compared, and on what: the cases with the rounds of steps. A step of
 * onnxruntime-web on SwiftShader takes 16 s, and one of tfjs with the largest case a
 * minute and more on lavapipe; the whole must end in reasonable time.
 */
const groups = {
  lavapipe: {
    engines: ['unnoise-f32', 'unnoise-f16', 'ort-webgpu', 'tfjs-webgpu', 'ort-wasm'],
    cases: [{ name: '1x32', rounds: 9 }, { name: '8x32', rounds: 5 }, { name: '1x64', rounds: 5 }, { name: '8x64', rounds: 1, without: ['tfjs-webgpu'] }],
  },
  swiftshader: { engines: ['unnoise-f32', 'ort-webgpu', 'tfjs-webgpu'], cases: [{ name: '1x32', rounds: 3 }] },
};

/** What an engine may spend on the steps of a case, seconds; it has two at least. */
const budgetSeconds = 20;

/** Longer than any step, and than any start with its warming up. */
const patienceMs = 400_000;

/**
 * @param {'lavapipe'|'swiftshader'} adapter
 * @param {{open: Function}} opener   of engines/dawn.mjs or engines/chromium.mjs
 * @param {object[]} networks         the cases of the cache
 * @param {{quick: boolean, only: string[], tuneSeconds: number}} options
 * @returns {Promise<object[]>} rows
 */
export async function compare(adapter, opener, networks, options) {
  const rows = [];
  const { engines, cases } = groups[adapter];
  for (const { name, rounds, without = [] } of options.quick ? [{ ...cases[0], rounds: 2 }] : cases) {
    const network = networks.find((n) => n.name === `reference-${name}`);
    if (!network) throw new Error(`the cache has no case reference-${name}: run tools/bench/reference_unet.py again`);
    const wanted = engines.filter((engine) => !without.includes(engine) && (!options.only || options.only.includes(engine)));
    rows.push(...(await compareCase(adapter, opener, network, wanted, rounds, options)));
  }
  return rows;
}

async function compareCase(adapter, opener, network, engines, rounds, options) {
  const runs = [];
  for (const engine of engines) {
    const begun = performance.now();
    try {
      const opened = await opener.open(engine, network, { tuneSeconds: options.tuneSeconds, patienceMs });
      runs.push({ engine, opened, ms: [] });
      console.error(`${adapter} ${network.name} ${engine}: ready after ${seconds(begun)}, relative error ${opened.first.error.toExponential(1)}`);
    } catch (error) {
      // One peer that does not run must not take the others' numbers along.
      runs.push({ engine, failure: firstLine(error) });
      console.error(`${adapter} ${network.name} ${engine}: failed after ${seconds(begun)}: ${error.message}`);
    }
  }
  const ready = runs.filter((run) => run.opened);
  for (let round = 0; round < rounds; round++) {
    for (const run of ready) {
      const spent = run.ms.reduce((sum, ms) => sum + ms, 0) / 1000;
      if (run.failure || (round >= 2 && spent >= budgetSeconds)) continue;
      try {
        const step = await run.opened.step();
        run.ms.push(step.ms);
        run.dispatches = step.dispatches;
      } catch (error) {
        run.failure = firstLine(error);
        console.error(`${adapter} ${network.name} ${run.engine}: failed in a step: ${error.message}`);
      }
    }
  }
  for (const run of ready) await run.opened.close();
  return runs.map((run) => row(adapter, network, run));
}

const firstLine = (error) => error.message.split('\n')[0].slice(0, 200);
const seconds = (begun) => `${((performance.now() - begun) / 1000).toFixed(0)} s`;

function row(adapter, network, { engine, opened, ms, dispatches, failure }) {
  const common = { case: 'reference-unet', batch: network.batch, size: network.size, adapter: engine === 'ort-wasm' ? 'cpu' : adapter, engine };
  if (failure) return { ...common, ms_median: null, ms_min: null, note: `did not run: ${failure}` };
  const sorted = ms.toSorted((a, b) => a - b);
  return {
    ...common,
    ms_median: sorted[Math.floor(sorted.length / 2)],
    ms_min: sorted[0],
    ...(dispatches ? { dispatches } : {}),
    gflops: network.conv_flops / sorted[0] / 1e6,
    relative_error: opened.first.error,
    ...(opened.first.version ? { note: opened.first.version } : {}),
  };
}
