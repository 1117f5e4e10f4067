// The page of exhibits where something comes in between: a cancellation, an order, a
// damaged model, a lost device, a browser without WebGPU.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { index } from './command_line.mjs';
import { serve } from './engine_rig.mjs';
import { compare, exhibits, Hall, onCommandLine, quickLink } from './exhibits_rig.mjs';

const server = await serve();
after(() => server.close());

const list = exhibits();
const ofChains = list.find((e) => e.id === 'dpm2015-heartbeat'); // its network is tiny
const ofPoints = list.find((e) => e.id === 'guidance-mixture');
const training = list.find((e) => e.id === 'laboratory-training');

const sizesOf = ({ readouts }) => Object.fromEntries(Object.entries(readouts).map(([id, value]) => [id, Math.abs(value)]));

test('a run can be stopped and begun again', async (t) => {
  const wanted = onCommandLine(quickLink(ofPoints));
  const long = quickLink({ ...training, quick: { ...training.quick, steps: '4000' } });
  const hall = await Hall.open(t, { address: server.url, hash: long });
  await hall.reaches('running');
  await hall.page.click('#cancel');
  await hall.reaches('stopped');
  await hall.visit(wanted.link); // another state runs by itself, after the one that was stopped
  compare(ofPoints, wanted.link, await hall.readouts(), wanted.readouts, sizesOf(wanted));
});

test('a new state takes the place of the one that runs', async (t) => {
  const wanted = onCommandLine(quickLink(ofPoints));
  const long = quickLink({ ...training, quick: { ...training.quick, steps: '4000' } });
  const hall = await Hall.open(t, { address: server.url, hash: long });
  await hall.reaches('running');
  await hall.visit(wanted.link);
  compare(ofPoints, wanted.link, await hall.readouts(), wanted.readouts, sizesOf(wanted));
});

test('a damaged model is refused, in a sentence, and is got again on request', async (t) => {
  const { file } = index.models.find(({ id }) => ofChains.models.includes(id));
  let asked = 0;
  const faulty = await serve({
    [`/models/${file}`]: (_, response, bytes) => {
      const copy = Buffer.from(bytes);
      if (asked++ === 0) copy[copy.length >> 1] ^= 1;
      response.end(copy);
    },
  });
  t.after(() => faulty.close());
  const wanted = onCommandLine(quickLink(ofChains));
  const hall = await Hall.open(t, { address: faulty.url, hash: wanted.link });
  await hall.reaches('failed');
  assert.match(await hall.notice(), /^The model “.*” arrived damaged/);
  await hall.page.click('#again');
  compare(ofChains, wanted.link, await hall.readouts(), wanted.readouts, sizesOf(wanted));
  assert.equal(asked, 2);
});

test('a lost device is replaced: the run begins again, and the next one is right', async (t) => {
  const wanted = onCommandLine(quickLink(ofChains));
  const long = quickLink({ ...training, quick: { ...training.quick, steps: '4000' } });
  const hall = await Hall.open(t, { address: server.url, tier: 'webgpu', hash: long });
  await hall.reaches('running');
  await hall.page.evaluate(() => unnoise.loseDevice());
  await hall.page.waitForFunction(() => seen.notices.some((text) => /lost/i.test(text)), undefined, { timeout: 240_000, polling: 30 });
  await hall.visit(wanted.link);
  compare(ofChains, wanted.link, await hall.readouts(), wanted.readouts, sizesOf(wanted));
});

test('where the GPU is a program, tiny networks are computed on the thread, and the page says so', async (t) => {
  const [none, wanted] = [ofPoints, ofChains].map((e) => onCommandLine(quickLink(e)));
  const hall = await Hall.open(t, { address: server.url, hash: none.link });
  const kernels = async () => { // compiled for the network
    await hall.readouts();
    const [guide] = hall.page.workers();
    await guide.evaluate(() => {
      const { createComputePipelineAsync } = GPUDevice.prototype;
      globalThis.kernels = 0;
      GPUDevice.prototype.createComputePipelineAsync = function (descriptor) {
        globalThis.kernels++;
        return createComputePipelineAsync.call(this, descriptor);
      };
    });
    await hall.visit(wanted.link);
    compare(ofChains, wanted.link, await hall.readouts(), wanted.readouts, sizesOf(wanted));
    return guide.evaluate(() => globalThis.kernels);
  };
  assert.equal(await kernels(), 0);
  assert.match(await hall.page.evaluate(() => document.getElementById('tier').dataset.tip), /Networks of up to \d+ million operations a run are computed without it/);
  await hall.page.goto('about:blank');
  await hall.page.goto(`${server.url}exhibits.html?tier=webgpu#${none.link}`);
  assert.ok(await kernels() > 0, 'unless the address asks for WebGPU');
  assert.doesNotMatch(await hall.page.evaluate(() => document.getElementById('tier').dataset.tip), /Networks of up to/);
});

test('without WebGPU the CPU computes the same, and the page says why', async (t) => {
  const wanted = onCommandLine(quickLink(ofPoints));
  const hall = await Hall.open(t, { address: server.url, hash: wanted.link, webgpu: false });
  compare(ofPoints, wanted.link, await hall.readouts(), wanted.readouts, sizesOf(wanted));
  assert.match(await hall.page.evaluate(() => document.getElementById('tier').dataset.tip), /^Computing on the CPU: /);
});
