// Package client is the page's end of the engine: it owns the worker.
//
// The page says what it wants ([Client.Load], [Client.Run], [Client.Cancel]) at
// any time, also before the worker is there. The client keeps the last wish and
// tells every worker it starts, so a worker can be ended without ceremony:
//
//   - a run on the CPU tier is cancelled by ending the worker, since Go on
//     WebAssembly has one thread and would hear of it only after its step;
//   - a worker that crashed or ran out of memory is reported once, as a fatal
//     message.Error, and started again at the next wish;
//   - a worker of another build is told apart by the version of its messages.
//
// What a replacement repeats (Ready, Progress, Loaded) is not passed on.
package client
