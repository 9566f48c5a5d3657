import { spawn, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sleep } from './wait.ts';

/** A disk of its own, whose power can be cut. */
export interface CutDisk {
  /** A folder on it. */
  readonly folder: string;
  /** Flushes everything, so only later writes can be lost. */
  settle(): Promise<void>;
  /**
   * Cuts the power: from this instant nothing reaches the disk, and what was not flushed is gone.
   *
   * @param pid the leader of a process group, which ends in the same instant: a machine without power reports nothing
   * more, whether true or not
   * @throws Error if the disk still accepts a write after that
   */
  cut(pid?: number): Promise<void>;
  /**
   * Unmounts the disk and mounts it again, as at a restart of the machine. Whoever used it must have ended.
   *
   * @throws Error if something survived that was never flushed: then nothing was cut
   */
  restart(): Promise<void>;
  /** Unmounts and removes it. */
  dispose(): Promise<void>;
}

/** The size of a disk: room for a profile. It takes only as much space as is written to it. */
const SIZE = 512 * 1024 * 1024;

/** The tools; all of them need root. */
const TOOLS = ['losetup', 'mkfs.ext4', 'mount', 'umount', 'python3'] as const;

/**
 * Shuts an ext4 down without writing its journal (EXT4_IOC_SHUTDOWN, EXT4_GOING_FLAGS_NOLOGFLUSH). The file system is
 * first compared with the loop device: on any other, this would take the machine's own disk away. The file is written
 * right before, since any program that flushes its own writes would flush it too.
 */
const SHUTDOWN = `
import fcntl, os, signal, struct, sys
folder = os.open(sys.argv[1], os.O_RDONLY)
if os.fstat(folder).st_dev != os.stat(sys.argv[2]).st_rdev:
    sys.exit('the folder is not on the loop device')
with open(sys.argv[3], 'w') as unwritten:
    unwritten.write('x' * 10000)
fcntl.ioctl(folder, 0x8004587d, struct.pack('I', 2))
if sys.argv[4] != '0':
    os.killpg(int(sys.argv[4]), signal.SIGKILL)
`;

/** What was never flushed, and so must not survive. */
const UNWRITTEN = 'unwritten';

/**
 * Makes a disk: an ext4 image on a loop device, whose journal is not written for five minutes unless a program asks.
 *
 * @throws Error if something is missing for that
 */
export async function createCutDisk(): Promise<CutDisk> {
  const base = await mkdtemp(join(tmpdir(), 'nudgeloop-disk-'));
  const image = join(base, 'image');
  const mounted = join(base, 'mounted');
  const folder = join(mounted, 'profile');
  let loop = '';
  let isMounted = false;

  // Also if the process ends in the middle of it; nothing asynchronous would run then.
  const abandon = (): void => {
    if (isMounted) spawnSync('umount', ['--lazy', mounted]);
    if (loop !== '') spawnSync('losetup', ['--detach', loop]);
    spawnSync('rm', ['--force', image]);
  };
  const putOn = async (): Promise<void> => {
    await run('mount', ['-t', 'ext4', '-o', 'commit=300', loop, mounted]);
    isMounted = true;
  };
  const takeOff = async (): Promise<void> => {
    if (!isMounted) return;
    // The kernel releases a killed program's files one after the other.
    await again(25, () => run('umount', [mounted]));
    isMounted = false;
  };
  const dispose = async (): Promise<void> => {
    await takeOff();
    if (loop !== '') await run('losetup', ['--detach', loop]);
    loop = '';
    process.off('exit', abandon);
    await rm(base, { recursive: true, force: true });
  };

  process.on('exit', abandon);
  try {
    await mkdir(mounted);
    await run('truncate', ['--size', String(SIZE), image]);
    loop = await run('losetup', ['--find', '--show', image]);
    await run('mkfs.ext4', ['-q', '-F', loop]);
    await putOn();
    await mkdir(folder);
  } catch (error) {
    await dispose().catch(() => undefined);
    throw error;
  }

  return {
    folder,
    settle: async () => void (await run('sync', ['--file-system', mounted])),
    async cut(pid = 0) {
      await run('python3', ['-c', SHUTDOWN, mounted, loop, join(mounted, UNWRITTEN), String(pid)]);
      const isWritable = await writeFile(join(mounted, 'late'), 'x').then(
        () => true,
        () => false,
      );
      if (isWritable) throw new Error('the disk still takes writes after the cut');
    },
    async restart() {
      await takeOff();
      await putOn();
      const left = await readFile(join(mounted, UNWRITTEN), 'utf8').catch(() => '');
      if (left !== '') throw new Error('the cut cut nothing: what was never written out survived it');
    },
    dispose,
  };
}

/**
 * Why no power can be cut here; undefined if it can. It is tried, since containers have the tools but may not use them.
 */
export async function whyNoPowerCut(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'a power cut needs Linux';
  if (process.getuid?.() !== 0) return 'a power cut needs root, to mount a disk image';
  for (const tool of TOOLS) {
    const isThere = await run('which', [tool]).then(
      () => true,
      () => false,
    );
    if (!isThere) return `a power cut needs ${tool}`;
  }
  try {
    const disk = await createCutDisk();
    try {
      await disk.cut();
      await disk.restart();
    } finally {
      await disk.dispose();
    }
    return undefined;
  } catch (error) {
    return `no disk image can be mounted and cut here: ${(error as Error).message}`;
  }
}

async function again(tries: number, work: () => Promise<unknown>): Promise<void> {
  for (let left = tries; ; left -= 1) {
    try {
      return void (await work());
    } catch (error) {
      if (left <= 1) throw error;
      await sleep(200);
    }
  }
}

/** Runs a program. Resolves with its output, or rejects with what it said. */
function run(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let complaint = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    child.stderr.on('data', (data: Buffer) => (complaint += data.toString()));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(output.trim());
      else reject(new Error(`${program} ended with ${code}: ${complaint.trim()}`));
    });
  });
}
