// The benchmark's page: it measures, stops, does without WebGPU, and hands out figures
// in the form that tools/bench writes.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test, before, after } from 'node:test';
import { browser, serve, strangers, withWebGPU } from './page_rig.mjs';

/** How long a measurement may take on a busy machine, ms. */
const patience = 240_000;

let server;
before(async () => { server = await serve(); });
after(() => server.close());

/** Opens the page; the test fails if it throws, logs an error or asks another host. */
async function open(t, { webgpu = true, query = '', viewport = { width: 1280, height: 800 } } = {}) {
  const started = await browser(...(webgpu ? [withWebGPU] : []));
  const context = await started.newContext({ viewport, acceptDownloads: true, permissions: ['clipboard-read', 'clipboard-write'] });
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  const errors = [];
  const asked = strangers.length;
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  t.after(async () => {
    await context.close();
    assert.deepEqual(errors, []);
    assert.deepEqual(strangers.slice(asked), [], 'requests to other hosts');
  });
  await page.goto(`${server.url}bench.html${query}`);
  return page;
}

const reaches = (page, ...states) => page.waitForFunction((states) => states.includes(document.body.dataset.state), states, { polling: 100, timeout: patience });
const texts = (page, selector) => page.$$eval(selector, (found) => found.map((e) => e.innerText.trim()));

test('it measures on the GPU, shows a table and a roofline, and hands out the figures', async (t) => {
  const page = await open(t);
  assert.equal(server.requests.some((path) => path.endsWith('.gz')), false, 'nothing is downloaded before it is asked for');
  await page.click('#start');
  await reaches(page, 'done', 'failed');
  assert.equal(await page.evaluate(() => document.body.dataset.state), 'done', await page.innerText('#notice'));

  const rows = await texts(page, '#rows tr');
  assert.equal(rows.length, 2, rows.join('\n'));
  assert.match(rows[0], /^Reference 32×32\s+1\s+f32/);
  assert.match(rows[1], /^Fashion 32×32\s+1\s+f32/);
  assert.match(await page.innerText('#live'), /^Done\. A step of the reference network takes [\d.]+ m?s\.$/);

  const report = JSON.parse(await page.evaluate(() => bench.report()));
  assert.deepEqual(Object.keys(report), ['date', 'machine', 'rows']);
  const step = report.rows.find((r) => r.case === 'reference-unet');
  assert.ok(step.ms_min > 0 && step.ms_median >= step.ms_min && step.dispatches > 50, JSON.stringify(step));
  assert.equal(step.engine, 'unnoise-f32');
  assert.match(step.adapter, /swiftshader/i);

  // The kernels add up to a step: each once, with the whole of its time.
  const ops = report.rows.filter((r) => r.case.startsWith('op '));
  assert.equal(ops.reduce((sum, r) => sum + r.dispatches, 0), step.dispatches);
  const share = ops.reduce((sum, r) => sum + r.percent_of_step, 0);
  assert.ok(Math.abs(share - 100) < 1e-6, `shares add up to ${share}`);
  const total = ops.reduce((sum, r) => sum + r.ms_min, 0);
  assert.ok(total > 0.2 * step.ms_min && total < 2 * step.ms_median, `kernels ${total} ms, step ${step.ms_median} ms`);
  for (const r of ops) assert.ok(['arithmetic', 'memory'].includes(r.bound) && r.percent_of_peak > 0 && r.percent_of_peak < 2000, JSON.stringify(r));

  // The plot has a dot for each kernel that reads and writes, and says what it shows.
  assert.equal((await texts(page, '#ops tr')).length, ops.length);
  const dots = await page.$$eval('#plot circle', (found) => found.length);
  assert.equal(dots, ops.filter((r) => r.gflops > 0 && r.percent_of_step >= 0.05).length);
  assert.ok(dots >= 5);
  assert.match(await page.getAttribute('#plot svg', 'aria-label'), /^Roofline: peak [\d.e+]+ GFLOP\/s, .* The table below has the same figures\.$/);
  const facts = (await texts(page, '#facts tr')).join('\n');
  assert.match(facts, /Arithmetic, measured\s+[\d.]+ GFLOP\/s/);
  assert.match(facts, /maxStorageBufferBindingSize\s+[\d,]+/);

  await page.click('#copy');
  await page.waitForFunction(() => document.getElementById('copy').textContent === 'Copied');
  assert.deepEqual(JSON.parse(await page.evaluate(() => navigator.clipboard.readText())), report);
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('#save')]);
  assert.match(download.suggestedFilename(), /^unnoise-bench-\d{4}-\d\d-\d\d\.json$/);
  assert.deepEqual(JSON.parse(readFileSync(await download.path(), 'utf8')), report);

  // Nothing is wider than a small screen.
  await page.setViewportSize({ width: 390, height: 844 });
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
});

test('stopping ends the work at once, and another measurement may follow', async (t) => {
  const page = await open(t, { query: '?tier=cpu' });
  await page.click('#start');
  await page.waitForFunction(() => /^Measuring/.test(document.getElementById('progress-text').textContent));
  assert.equal(page.workers().length, 1);
  await page.click('#stop');
  await reaches(page, 'stopped');
  assert.equal(await page.isEnabled('#start'), true);
  if (page.workers().length > 0) await page.workers()[0].waitForEvent('close');
  assert.equal(await page.isVisible('#progress'), false);
});

test('without WebGPU it says so in a sentence and measures the CPU', async (t) => {
  const page = await open(t, { webgpu: false });
  await page.click('#start');
  await reaches(page, 'done', 'failed');
  const notice = await page.innerText('#notice p');
  assert.match(notice, /^Computing on the CPU: WebGPU is not available: .*\. The figures below are of the CPU/);
  const report = JSON.parse(await page.evaluate(() => bench.report()));
  assert.deepEqual(report.rows.map((r) => [r.case, r.adapter, r.engine]), [['reference-unet', 'cpu', 'unnoise-cpu'], ['fashion-step', 'cpu', 'unnoise-cpu']]);
  for (const r of report.rows) assert.ok(r.ms_min > 0 && r.gflops > 0);
  assert.equal(await page.isVisible('#roofline'), false);
  assert.equal(await page.isVisible('#device'), false);
});

test('the exhibits lead there and back', async (t) => {
  const page = await open(t);
  await page.click('.home a');
  await page.waitForURL(server.url);
  assert.equal(await page.getAttribute('a[href="bench.html"]', 'href'), 'bench.html');
});
