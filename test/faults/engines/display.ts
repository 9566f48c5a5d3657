import { spawn } from 'node:child_process';

/** How long a display may take to start, in milliseconds. */
const START_MS = 10_000;

/** A display without a screen, for a browser that has no mode without one. */
export interface Display {
  /** As the variable `DISPLAY` names it. */
  readonly name: string;
  close(): void;
}

/** Starts Xvfb on a number that is free. */
export async function openDisplay(): Promise<Display> {
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1024x768x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const close = (): void => {
    server.kill('SIGKILL');
    process.off('exit', close);
  };
  process.once('exit', close);
  try {
    return { name: `:${await readNumber(server)}`, close };
  } catch (error) {
    close();
    throw error;
  }
}

function readNumber(server: ReturnType<typeof spawn>): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`Xvfb did not start within ${START_MS} ms`)), START_MS);
    const fail = (reason: string): void => {
      clearTimeout(timer);
      reject(new Error(`Xvfb did not start: ${reason}`));
    };
    server.once('error', ({ message }) => fail(message));
    server.once('exit', (code) => fail(`it ended with ${code}`));
    let text = '';
    server.stdio[3]?.on('data', (data: Buffer) => {
      text += data.toString();
      if (!text.endsWith('\n')) return;
      clearTimeout(timer);
      resolve(text.trim());
    });
  });
}
