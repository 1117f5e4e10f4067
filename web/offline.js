// Registers the service worker, which keeps the site for visits without a
// connection.

/**
 * @param {(apply: () => void) => void} onUpdate called when a newer build is
 *   stored and waits; apply() switches to it and reloads the page
 * @returns {Promise<string>} '' if the site is or will be kept, else the reason
 *   why not, a sentence
 */
export async function keepOffline(onUpdate) {
  if (!globalThis.isSecureContext) {
    return 'This address is not a secure context (https or localhost), so the browser does not keep the page for offline visits.';
  }
  let registration;
  try {
    // Where site data are blocked, asking for the property alone may throw; what blocks
    // service workers from within the page has register() answer nothing.
    registration = await navigator.serviceWorker?.register(new URL('service_worker.js', import.meta.url));
  } catch (error) {
    return `The page could not be kept for offline visits: ${error.message.replace(/\.$/, '')}.`;
  }
  if (!registration) return 'This browser does not let the page be kept for offline visits.';
  const offer = () => {
    const { waiting } = registration;
    if (!waiting || !navigator.serviceWorker.controller) return;
    onUpdate(() => {
      navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
      waiting.postMessage({ type: 'SKIP_WAITING' });
    });
  };
  offer();
  registration.addEventListener('updatefound', () => {
    registration.installing?.addEventListener('statechange', offer);
  });
  return '';
}
