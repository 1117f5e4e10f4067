// The page of exhibits where something comes in between: a cancellation, an order, a
// damaged model, a lost device, a browser without WebGPU.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { serve } from './engine_rig.mjs';
import { compare, exhibits, Hall, onCommandLine, quickLink } from './exhibits_rig.mjs';

const server = await serve();
after(() => server.close());

const list = exhibits();
const ofPictures = list.find((e) => e.id === 'guidance-pictures');
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
  let damaged = 0;
  const faulty = await serve({
    '/models/fashion.gguf': (_, response, bytes) => {
      const copy = Buffer.from(bytes);
      if (!damaged++) copy[copy.length >> 1] ^= 1;
      response.end(copy);
    },
  });
  t.after(() => faulty.close());
  const wanted = onCommandLine(quickLink(ofPictures));
  const hall = await Hall.open(t, { address: faulty.url, hash: wanted.link });
  await hall.reaches('failed');
  assert.match(await hall.notice(), /^The model “fashion” arrived damaged/);
  await hall.page.click('#again');
  compare(ofPictures, wanted.link, await hall.readouts(), wanted.readouts, sizesOf(wanted));
  assert.equal(damaged, 2);
});

test('a lost device is replaced, and the same numbers come', async (t) => {
  const wanted = onCommandLine(quickLink(ofPictures));
  const hall = await Hall.open(t, { address: server.url, hash: wanted.link });
  // Once the network is compiled the device is in use.
  await hall.page.waitForFunction(() => globalThis.seen.loading.some((text) => /network ready/i.test(text)) || globalThis.unnoise?.state === 'running', undefined, { polling: 10 });
  await hall.page.evaluate(() => unnoise.loseDevice());
  compare(ofPictures, wanted.link, await hall.readouts(), wanted.readouts, sizesOf(wanted));
  assert.ok((await hall.notices()).some((text) => /^The GPU device was lost/.test(text)), `said ${await hall.notices()}`);
});

test('without WebGPU the CPU computes the same, and the page says why', async (t) => {
  const wanted = onCommandLine(quickLink(ofPoints));
  const hall = await Hall.open(t, { address: server.url, hash: wanted.link, webgpu: false });
  compare(ofPoints, wanted.link, await hall.readouts(), wanted.readouts, sizesOf(wanted));
  assert.match(await hall.page.evaluate(() => document.getElementById('tier').dataset.tip), /^Computing on the CPU: /);
});
