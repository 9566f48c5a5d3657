import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { format } from 'node:util';
import { vi } from 'vitest';
import { root } from '../../../docs/site/repository.ts';
import type { Example } from './examples.ts';
import { settleTests } from './inner-tests.ts';

const folder = join(root, '.cache', 'docs', 'run');

/** What an example's comments say that it prints: `// prints …`, in order. */
export function promisedOutput(code: string): string[] {
  return [...code.matchAll(/\/\/ prints (.+)$/gm)].map(([, text = '']) => text.trim());
}

/** Whether an example can be run in Node: it asks for neither a page nor a service worker. */
export const isRunnable = ({ realm, block }: Example): boolean => (realm === 'core' || realm === 'node') && !block.marks.includes('no-run');

/** An app's tests run inside one of ours, which a runner would refuse: theirs are collected instead. */
const withInnerTests = (code: string): string =>
  code.replaceAll(/from 'vitest'/g, `from '${join(root, 'test/docs/kit/inner-tests.ts').replaceAll('\\', '/')}'`);

/**
 * Runs an example.
 *
 * @returns the lines that it printed
 */
export async function runExample({ file, code }: Example): Promise<string[]> {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, withInnerTests(code));
  const lines: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((...values: unknown[]) => void lines.push(format(...values)));
  try {
    await import(/* @vite-ignore */ path);
    await settleTests();
  } finally {
    log.mockRestore();
  }
  return lines;
}
