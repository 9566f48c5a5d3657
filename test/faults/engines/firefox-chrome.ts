import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { until } from '../kit/wait.ts';
import { createCalls, type Answer } from './bidi-calls.ts';
import { BIDI_FILE, MARIONETTE_FILE } from './firefox-profile.ts';

/** The longest that a command may take, in milliseconds. */
const COMMAND_MS = 15_000;

/**
 * Firefox's older protocol, Marionette. It begins the session for BiDi too, and alone runs code with the browser's own
 * rights: BiDi does so in newer releases only.
 */
export interface Chrome {
  /** The BiDi session's web socket. */
  readonly bidi: string;
  /** Evaluates an expression with the browser's own rights, and gives its JSON answer; a promise is awaited. */
  evaluate(expression: string): Promise<unknown>;
  close(): void;
}

/**
 * Begins a session.
 *
 * @param profile the profile of a browser that starts
 * @param deadline milliseconds
 * @param isAlive whether the browser is still there
 */
export async function connectChrome(profile: string, deadline: number, isAlive: () => boolean): Promise<Chrome> {
  const socket = connect(await readPort(profile, deadline, isAlive), '127.0.0.1');
  const calls = createCalls();
  socket.on('close', () => calls.end());
  socket.on('error', () => calls.end());
  readPackets(socket, (packet) => {
    // The first is a greeting, and no array.
    if (!Array.isArray(packet)) return;
    const [, id, error, result] = packet as [number, number, { error: string; message: string } | null, Answer | null];
    calls.settle(id, error === null ? (result ?? {}) : new Error(`${error.error}: ${error.message}`));
  });
  const send = (command: string, params: object, within = COMMAND_MS): Promise<Answer> =>
    calls.begin(command, within, (id) => {
      const text = JSON.stringify([0, id, command, params]);
      socket.write(`${Buffer.byteLength(text)}:${text}`);
    });

  try {
    const { capabilities } = await send('WebDriver:NewSession', { webSocketUrl: true }, deadline);
    await send('Marionette:SetContext', { value: 'chrome' });
    return {
      bidi: (capabilities as { webSocketUrl: string }).webSocketUrl,
      async evaluate(expression) {
        const script = `const answer = arguments[0];
          (async () => JSON.stringify(await (${expression})))().then((json) => answer({ json }), (error) => answer({ error: String(error) }));`;
        const { value } = await send('WebDriver:ExecuteAsyncScript', { script, args: [], scriptTimeout: COMMAND_MS });
        const { json, error } = value as { json?: string; error?: string };
        if (error !== undefined) throw new Error(error);
        return json === undefined ? undefined : JSON.parse(json);
      },
      close() {
        calls.end();
        socket.destroy();
      },
    };
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** Each packet is its length in bytes, a colon, and JSON. */
function readPackets(socket: Socket, heard: (packet: unknown) => void): void {
  let rest = Buffer.alloc(0);
  socket.on('data', (data: Buffer) => {
    rest = Buffer.concat([rest, data]);
    for (let colon = rest.indexOf(':'); colon !== -1; colon = rest.indexOf(':')) {
      const end = colon + 1 + Number(rest.subarray(0, colon).toString());
      if (rest.length < end) return;
      const packet = rest.subarray(colon + 1, end).toString();
      rest = rest.subarray(end);
      heard(JSON.parse(packet));
    }
  });
}

async function readPort(profile: string, deadline: number, isAlive: () => boolean): Promise<number> {
  const read = (file: string): Promise<string> => readFile(join(profile, file), 'utf8').catch(() => '');
  let port = 0;
  await until(deadline, async () => {
    // The session gets its socket's address only where BiDi listens already.
    port = (await read(BIDI_FILE)) === '' ? 0 : Number(await read(MARIONETTE_FILE));
    return port > 0 || !isAlive();
  }, 30);
  if (port > 0) return port;
  throw new Error(isAlive() ? `Firefox did not start within ${deadline} ms` : 'Firefox ended at its start');
}
