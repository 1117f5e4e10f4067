// Takes the picture of the page that README shows: a run of the first model, stopped where
// a shoe begins to show, in Chromium with SwiftShader.
//
//     make site && node tools/readme/page.mjs [--class 9] [--seed 4] [--steps 20] [--at 13] [--out FILE]
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { launch, serve, withWebGPU } from '../testing/page/engine_rig.mjs';

const { values: options } = parseArgs({
  options: {
    class: { type: 'string', default: '9' }, seed: { type: 'string', default: '4' },
    steps: { type: 'string', default: '20' }, at: { type: 'string', default: '13' },
    out: { type: 'string', default: join(dirname(fileURLToPath(import.meta.url)), 'page.png') },
  },
});
const server = await serve();
const browser = await launch([withWebGPU]);
const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: 'light', reducedMotion: 'reduce' });
page.setDefaultTimeout(20 * 60_000); // a busy machine is slow
const reaches = (...states) => page.waitForFunction((states) => states.includes(document.body.dataset.state), states, { polling: 100 });

await page.goto(`${server.url}#model=fashion&class=${options.class}&sampler=ddim&steps=${options.steps}&eta=0&guidance=2&seed=${options.seed}&n=1`);
await reaches('ready', 'done');
if (await page.isVisible('#play') && await page.evaluate(() => document.body.dataset.state) === 'ready') await page.click('#play');
await reaches('done');
// The kernels are measured on a first visit; "Measure it again" stands there after it.
await page.waitForSelector('#tune', { state: 'visible' });
await page.focus('#timeline');
await page.keyboard.press('Home');
for (let step = 0; step < Number(options.at); step++) await page.keyboard.press('ArrowRight');
await page.waitForFunction((at) => document.body.dataset.step === at, options.at);
await page.evaluate(() => document.activeElement.blur());
await page.mouse.move(640, 70); // away from anything that reacts
await page.waitForTimeout(1000); // the next frame has it all
await page.screenshot({ path: options.out });
await browser.close();
server.close();
console.log(options.out);
