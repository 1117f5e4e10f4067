// The engine's worker, as bench.js speaks to it: package wasm/message says what it
// takes and says.

export class Engine {
  /** @param {(kind: string, message: object) => void} hear  everything it says */
  constructor(hear) {
    this.hear = hear;
    this.waiting = [];
    this.worker = new Worker(new URL('worker.js', import.meta.url), { type: 'module', name: 'engine' });
    this.worker.onmessage = ({ data }) => this.receive(data);
    this.worker.onerror = (event) => {
      event.preventDefault();
      this.receive({ ended: 'The engine’s worker could not be started.' });
    };
    this.worker.postMessage({});
  }

  receive(data) {
    if (data.unnoise) this.version = data.unnoise;
    const kind = data.kind ?? ['loading', 'ended'].find((name) => data[name]);
    if (!kind) return; // the compiled program, for another worker
    const message = data.kind ? JSON.parse(data.body).Message : { [kind]: data[kind] };
    this.hear(kind, message);
    this.waiting = this.waiting.filter(({ kinds, resolve, reject }) => {
      if (kinds.includes(kind)) resolve(message);
      else if (kind === 'ended') reject(new Error(message.ended));
      else if (kind === 'error') reject(new Error([message.Message, message.Hint].filter(Boolean).join(' ')));
      else return true;
      return false;
    });
  }

  /** Resolves with the first message of these kinds; rejects when the engine fails. */
  wait(...kinds) {
    return new Promise((resolve, reject) => this.waiting.push({ kinds, resolve, reject }));
  }

  post(kind, Message) {
    this.worker.postMessage({ unnoise: this.version, kind, body: JSON.stringify({ Message, Lengths: [] }) });
  }

  /** Ends it at once, whatever it is doing. */
  end() { this.worker.terminate(); }
}
