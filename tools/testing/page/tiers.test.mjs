// What the page computes on, why, and what it does when that goes away.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as unnoise from './command_line.mjs';
import { distance, level, open, plainHost, serve, strangers } from './page_rig.mjs';

let server;
before(async () => { server = await serve(); });
after(() => server.close());

const link = 'model=fashion&class=5&sampler=ddpm&steps=2&variance=fixed_small&guidance=1&seed=21&n=1';

const cases = {
  'WebGPU refused by the browser': { webgpu: false, why: /adapter/ },
  'CPU asked for by the address': { tier: 'cpu', why: /as the address of this page asks for/ },
  'a context that is not secure': { plain: true, why: /secure context/ },
};
for (const [name, { why, plain, ...options }] of Object.entries(cases)) {
  test(`on the CPU: ${name}`, async (t) => {
    const address = plain ? server.url.replace('127.0.0.1', plainHost) : server.url;
    const view = await open(t, { address, hash: link, ...options });
    assert.equal(await view.page.evaluate(() => isSecureContext), !plain);
    assert.match(await view.text('tier-name'), /CPU/);
    await view.page.focus('#tier');
    assert.match(await view.text('tip'), why);
    assert.match(await view.text('expected'), /This run (may take|takes) .* on this device|Still computing|Computed/);
    assert.ok(distance(await view.finish(), unnoise.trajectory(link).at(-1).xt) <= level);
  });
}

test('WebGPU: a lost device in mid-run', async (t) => {
  const hash = link.replace('steps=2', 'steps=6');
  const view = await open(t, { address: server.url, hash });
  const { page } = view;
  if (await view.state() === 'ready') await page.click('#play');
  await page.waitForFunction(() => Number(document.body.dataset.step) >= 2, null, { polling: 5 });
  const at = await page.evaluate(() => {
    unnoise.loseDevice();
    return [document.body.dataset.state, unnoise.moment.remaining];
  });
  assert.equal(at[0], 'running', 'lost in mid-run');
  assert.ok(at[1] > 0, 'with steps still to come');
  await view.reaches('done', 'failed');
  const notices = await view.notices();
  assert.match(notices.join(' / '), /device was lost.*goes on from the last recorded step.*device is back.*goes on from step \d/is);
  assert.match(await view.text('tier-name'), /swiftshader/i, 'on WebGPU again');
  assert.equal(await view.runs(), 1, 'the same run');
  const film = await view.film();

  await view.visit(`${hash}&`); // the same run anew
  await page.waitForFunction(() => seen.sent.filter((kind) => kind === 'run').length === 2 || document.body.dataset.state === 'ready');
  await view.finish();
  const whole = await view.film();
  const want = unnoise.trajectory(hash);
  for (const [i, { t, xt }] of film.entries()) {
    assert.equal(t, want[i].t);
    assert.ok(distance(xt, whole[i].xt) < 1e-5, `step ${i} is ${distance(xt, whole[i].xt)} from that of the run that was left alone`);
    assert.ok(distance(xt, want[i].xt) <= level, `step ${i}`);
  }
});

test('a request to another host would be noticed', async (t) => {
  const view = await open(t, { address: server.url, tier: 'cpu', expect: /Failed to load resource/ });
  const before = strangers.length;
  await view.page.evaluate(() => fetch('http://elsewhere.test/x', { mode: 'no-cors' }).catch(() => {}));
  await view.page.evaluate(() => new Promise((done) => {
    const url = URL.createObjectURL(new Blob(['fetch("https://elsewhere.test/y").catch(() => {}).then(() => postMessage(0))']));
    new Worker(url).onmessage = done;
  }));
  assert.deepEqual(strangers.splice(before), ['http://elsewhere.test/x', 'elsewhere.test:443']);
});
