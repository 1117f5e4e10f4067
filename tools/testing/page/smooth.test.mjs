// The page stays responsive while the engine computes.
//
// What is held against the limit is the processor time that a task takes of the
// page's main thread, from a trace of the browser. The wall clock, by which the
// browser itself calls tasks long, says something else here: one software process
// computes both WebGL and WebGPU, so that drawing a frame waits for a step of the
// engine, and two cores are shared by all. It is reported beside.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { browser, open, serve, withWebGPU } from './page_rig.mjs';

/** No task may take longer, ms: the W3C's Long Tasks. */
const long = 50;

let server;
before(async () => { server = await serve(); });
after(() => server.close());

/** Traces what happens during act: of the main thread's tasks, how many, and the longest in ms. */
async function trace(page, act) {
  const started = await browser(withWebGPU);
  await started.startTracing(page, { categories: ['devtools.timeline', 'disabled-by-default-devtools.timeline'] });
  await act();
  const { traceEvents: events } = JSON.parse(await started.stopTracing());
  const thread = ({ pid, tid }) => `${pid} ${tid}`;
  const mains = new Set(events.filter((e) => e.name === 'thread_name' && e.args.name === 'CrRendererMain').map(thread));
  const tasks = events.filter((e) => e.name === 'RunTask' && e.ph === 'X' && mains.has(thread(e)) && e.tdur !== undefined);
  const most = (field) => tasks.reduce((longest, task) => Math.max(longest, task[field] / 1000), 0);
  return { tasks: tasks.length, processor: most('tdur'), wall: most('dur') };
}

test('no task of the main thread is long while a run goes on and is looked at', async (t) => {
  const view = await open(t, { address: server.url });
  const { page } = view;
  const measured = await trace(page, async () => {
    await page.click('#play');
    await view.reaches('running');
    await page.focus('#timeline');
    for (const key of ['Home', 'ArrowRight', 'ArrowLeft', 'End']) await view.press(key);
    await page.click('#play');
    await view.reaches('done');
    await view.film();
    await page.click('#tab-noise');
    await page.focus('#timeline');
    for (let i = 0; i < 20; i++) await view.press('PageUp');
  });
  t.diagnostic(`longest of ${measured.tasks} tasks: ${measured.processor.toFixed(1)} ms of processor time, ${measured.wall.toFixed(1)} ms by the clock`);
  assert.ok(measured.tasks > 100, `${measured.tasks} tasks were traced`);
  assert.ok(measured.processor <= long, `a task took ${measured.processor} ms`);

  const busy = await trace(page, () => page.evaluate((long) => new Promise((done) => setTimeout(() => {
    for (const end = performance.now() + 4 * long; performance.now() < end;);
    done();
  })), long));
  assert.ok(busy.processor > long, `a task that is long is seen, with ${busy.processor} ms`);
});
