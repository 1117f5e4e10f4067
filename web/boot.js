// Starts the page: both programs with a progress bar in bytes, and the service
// worker. From then on package wasm/page owns the document.

import { start, startWorker } from './loader.js';
import { keepOffline } from './offline.js';

const element = (id) => document.getElementById(id);

const programs = { page: { done: 0, total: 0 }, engine: { done: 0, total: 0 } };

const showProgress = (program) => (done, total) => {
  programs[program] = { done, total };
  const { page, engine } = programs;
  element('loading-bar').value = (page.done + engine.done) / (page.total + engine.total || 1);
  element('loading-bytes').textContent = `${ofMegabytes(page)}, and the engine ${ofMegabytes(engine)}`;
};

const ofMegabytes = ({ done, total }) => `${megabytes(done)} of ${total ? megabytes(total) : '…'} MB`;

const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

function fail(sentence) {
  document.body.dataset.state = 'failed';
  element('loading').hidden = true;
  element('notice-text').textContent = sentence;
  element('notice-close').hidden = true;
  element('notice').hidden = false;
}

if (typeof WebAssembly !== 'object' || typeof DecompressionStream !== 'function') {
  fail('This browser is too old for Unnoise. Chrome, Edge and Firefox from 2023 on, and Safari from 16.4 on, run it.');
} else {
  try {
    const hold = startWorker('engine', showProgress('engine'));
    const { exited } = await start('page', { onProgress: showProgress('page'), hold });
    exited.then(() => fail('The page’s program stopped. Please reload the page; the link brings the same pictures back.'));
    keepOffline((apply) => dispatchEvent(new CustomEvent('unnoise-update', { detail: apply })));
  } catch (error) {
    fail(error.message);
  }
}
