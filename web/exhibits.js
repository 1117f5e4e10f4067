// Starts the page of the exhibits: its program with a progress bar in bytes, and the
// service worker. From then on package wasm/hall owns the document.

import { start } from './loader.js';
import { keepOffline } from './offline.js';

const element = (id) => document.getElementById(id);
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
    const { exited } = await start('hall', {
      onProgress: (done, total) => {
        element('loading-bar').value = done / (total || 1);
        element('loading-bytes').textContent = `${megabytes(done)} of ${megabytes(total)} MB`;
      },
    });
    exited.then(() => fail('The page’s program stopped. Please reload the page; the link brings the same exhibit back.'));
    keepOffline((apply) => dispatchEvent(new CustomEvent('unnoise-update', { detail: apply })));
  } catch (error) {
    fail(error.message);
  }
}
