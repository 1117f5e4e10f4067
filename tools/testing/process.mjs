// One process run to its end, and what it took.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const names = Object.fromEntries(Object.entries(constants.signals).map(([name, number]) => [number, name]));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(128 + constants.signals[signal]));

// measured runs a program in cwd, its environment ours with env over it. It resolves to
// {status, signal, hung, text, wall, cpu}: how it ended; after how many seconds it was
// killed, if it had to be; what it printed; seconds, and CPU seconds of it and of the
// processes that it waited for.
export function measured(program, args, { cwd, env, seconds }) {
  const begun = Date.now();
  // Bash counts the CPU's time, of what is ended too.
  const script = 'trap : TERM; TIMEFORMAT="cpu seconds: %U %S"; time "$@"';
  const child = spawn('bash', ['-c', script, 'bash', program, ...args], {
    cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env, UNNOISE_TIMEOUT: String(seconds), LC_ALL: 'C' },
  });
  const group = (signal) => { try { process.kill(-child.pid, signal); } catch { /* it has ended */ } };
  const withUs = () => group('SIGKILL');
  process.on('exit', withUs);
  let text = '', hung;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (part) => { text += part; });
  }
  // The wrapper of Chromium ends by itself then, and closes it; others are killed.
  const timer = setTimeout(() => { hung = seconds; group('SIGTERM'); setTimeout(withUs, 5000).unref(); }, 1000 * (seconds + 30));
  return new Promise((resolve) => child.on('close', (code, ours) => {
    clearTimeout(timer);
    process.off('exit', withUs);
    const cpu = [...text.matchAll(/^cpu seconds: (\S+) (\S+)$/gm)].at(-1);
    // Bash reports a signal of what it ran as a status of 128 and more.
    const signal = ours ?? names[code - 128];
    resolve({ status: code, signal, hung, text, wall: (Date.now() - begun) / 1000, cpu: cpu && Number(cpu[1]) + Number(cpu[2]) });
  }));
}
