// The self-test: what it says of a GPU that is right, of one that is wrong, of one
// that is lost and of none.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openPage, serve } from './page_rig.mjs';

let server;
before(async () => { server = await serve(); });
after(() => server.close());

/** Opens the self-test for some operations, ready to begin. */
async function openSelftest(t, only, options = {}) {
  const page = await openPage(t, options);
  await page.goto(`${server.url}selftest.html?only=${only}`);
  await page.waitForFunction(() => document.body.dataset.state === 'ready', null, { timeout: 240_000 });
  return page;
}

const run = async (page) => {
  await page.click('#begin');
  await page.waitForFunction(() => document.body.dataset.state === 'done', null, { timeout: 240_000 });
  return { title: await page.innerText('#verdict-title'), text: await page.innerText('#verdict-text'), advice: await page.textContent('#verdict-advice') };
};

/** Has the device compile other code than it is given, in the test's worker. */
const spoil = (page, what) => page.workers()[0].evaluate(what);

const rows = (page) => page.$$eval('#rows tr:not(.one)', (list) => list.map((row) => [...row.cells].map((cell) => cell.textContent)));

test('a GPU that is right', async (t) => {
  const page = await openSelftest(t, 'silu,concat,linear', { permissions: ['clipboard-read', 'clipboard-write'] });
  const { title, text } = await run(page);
  assert.equal(title, 'Your GPU computes what it should.');
  assert.match(text, /^(\d+) of \1 checks of 3 operations agree with their formulas; the largest error is \d+ % of what is allowed\.$/);
  const table = await rows(page);
  assert.deepEqual(table.map(([operation]) => operation).sort(), ['concat', 'linear', 'silu']);
  for (const [operation, kernels, checks, error, allowed, time, result] of table) {
    assert.equal(kernels, 'f32', operation);
    assert.ok(Number(checks) > 0);
    assert.ok(Number(error.replace('−', '-')) <= Number(allowed.replace('−', '-')), `${operation}: ${error}, ${allowed}`);
    assert.match(time, /^[\d.]+ ms$/);
    assert.equal(result, 'right');
  }
  await page.click('#rows button >> nth=0');
  assert.ok(await page.locator('#rows tr.one').count() >= 1);

  await page.click('#copy');
  await page.waitForFunction(() => document.getElementById('copied').textContent === 'Copied.');
  const report = await page.evaluate(() => navigator.clipboard.readText());
  for (const part of [/^Unnoise self-test\nYour GPU computes/, /adapter: .*swiftshader/i, /features: .*subgroups/, /maxComputeInvocationsPerWorkgroup: \d+/, /browser: Mozilla/, /program: selftest\.[0-9a-f]{12}\.wasm\.gz/, /\nsilu\/\S+\tf32\t[\d.e-]+\t[\d.e-]+\t[\d.]+\tright\n/]) {
    assert.match(report, part);
  }
});

test('a wrong kernel is named, and what to do', async (t) => {
  const page = await openSelftest(t, 'silu,concat');
  await spoil(page, () => {
    const { createShaderModule } = GPUDevice.prototype;
    GPUDevice.prototype.createShaderModule = function (descriptor) {
      const code = descriptor.label.startsWith('silu') ? descriptor.code.replaceAll('exp(', '1.001 * exp(') : descriptor.code;
      return createShaderModule.call(this, { ...descriptor, code });
    };
  });
  const { title, text, advice } = await run(page);
  assert.equal(title, 'Your GPU computes 1 operation wrongly: silu.');
  assert.match(text, /^\d+ of \d+ checks of 2 operations agree/);
  assert.match(advice, /driver.*report.*\?tier=cpu/s);
  const table = await rows(page);
  assert.match(table.find(([operation]) => operation === 'silu').at(-1), /^\d+ wrong$/);
  assert.equal(table.find(([operation]) => operation === 'concat').at(-1), 'right');
  assert.match(await page.innerText('#rows'), /relative error 0\.000\d+, allowed/);
});

test('a kernel that does not compile is told, though another stands in', async (t) => {
  const page = await openSelftest(t, 'linear', { permissions: ['clipboard-read', 'clipboard-write'] });
  await spoil(page, () => {
    const { createShaderModule } = GPUDevice.prototype;
    GPUDevice.prototype.createShaderModule = function (descriptor) {
      const refused = descriptor.label.startsWith('matmul_tile') && descriptor.label.includes('SAME_ROWS=1');
      return createShaderModule.call(this, refused ? { ...descriptor, code: `${descriptor.code}\nconst broken = hindered;` } : descriptor);
    };
  });
  const { title, text } = await run(page);
  assert.equal(title, 'Your GPU computes what it should.');
  assert.match(text, /\d+ kernels? do(es)? not compile here; others stood in\./);
  await page.click('#copy');
  await page.waitForFunction(() => document.getElementById('copied').textContent === 'Copied.');
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /\ndoes not compile: kernel matmul_tile\(.*hindered/);
});

test('every configuration, each in what it changes', async (t) => {
  const page = await openSelftest(t, 'softmax&thorough');
  const { text } = await run(page);
  const table = await rows(page);
  assert.deepEqual(table.map(([, kernels]) => kernels), ['f32', 'f32 rows', 'f32 subgroups']);
  const checks = table.reduce((sum, [, , count]) => sum + Number(count), 0);
  assert.match(text, new RegExp(`^${checks} of ${checks} checks of 1 operation agree`));
  assert.equal(await page.$eval('#bar', (bar) => bar.value), 1);
});

test('no operation of that name: nothing is said of the GPU', async (t) => {
  const page = await openSelftest(t, 'nonsense');
  const { title, text } = await run(page);
  assert.equal(title, 'Nothing was tested.');
  assert.match(text, /only=/);
});

test('a GPU that is lost, a test that is cancelled', async (t) => {
  const page = await openSelftest(t, '');
  await page.click('#begin');
  await page.waitForFunction(() => document.querySelectorAll('#rows tr').length > 0, null, { timeout: 240_000 });
  await page.click('#cancel');
  await page.waitForFunction(() => document.body.dataset.state === 'ready', null, { timeout: 240_000 });
  assert.equal(await page.innerText('#verdict-title'), 'Cancelled.');
  assert.match(await page.innerText('#verdict-text'), /^Until then, \d+ of \d+ check/);

  await spoil(page, () => {
    const { createComputePipelineAsync } = GPUDevice.prototype;
    let count = 0;
    GPUDevice.prototype.createComputePipelineAsync = function (descriptor) {
      if (++count === 3) this.destroy();
      return createComputePipelineAsync.call(this, descriptor);
    };
  });
  const { title, text } = await run(page);
  assert.equal(title, 'The test broke off.');
  assert.match(text, /graphics device was lost/);
});

test('no GPU', async (t) => {
  const page = await openSelftest(t, 'silu', { webgpu: false });
  const { title, advice } = await run(page);
  assert.equal(title, 'There is no GPU to test.');
  assert.match(advice, /CPU/);
});
