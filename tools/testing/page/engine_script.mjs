// Preloaded into Node before the engine's program (see engine_dawn.test.mjs): it
// is the page. It loads a model, runs a spec, has the kernels measured, and prints
// what the engine says.
const { load, spec } = JSON.parse(process.env.UNNOISE_SCRIPT);
let version;

const alive = setInterval(() => {}, 1000); // a waiting engine does not keep Node running

function leave() {
  clearInterval(alive);
  process.removeAllListeners('exit'); // dawn.mjs takes an engine that waits for a deadlock
  process.exit(0);
}

const post = (kind, Message, Lengths = []) =>
  globalThis.onmessage({ data: { unnoise: version, kind, body: JSON.stringify({ Message, Lengths }) } });

globalThis.postMessage = ({ unnoise, kind, body, floats }) => {
  version = unnoise;
  const message = { kind, ...JSON.parse(body).Message, floats: floats ? [...new Float32Array(floats)] : [] };
  console.log(JSON.stringify(message));
  // Not from within the engine's own call.
  setImmediate(() => {
    if (kind === 'listening') post('open', { Tier: '' });
    if (kind === 'ready') post('load', load);
    if (kind === 'loaded') post('run', { RunID: 1, Spec: spec }, [-1, -1, -1]); // no picture, no step to go on from
    if (kind === 'done') post('tune', {});
    if (kind === 'tuned' || kind === 'error') leave();
  });
};
