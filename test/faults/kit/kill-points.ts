import { parseAst, type Plugin } from 'vite';

/** The name of the hook in a rewritten script. The product's sources and release bundles must not contain it. */
export const HOOK = '$killPoint';

/** The field of the message that arms a worker. */
export const ARM = 'armKillPoint';

/**
 * The hook itself. Armed with n, it stops the worker at the n-th point that is reached from then on. It reports this,
 * and then spins, so the worker stays exactly there, inside or outside of a transaction, until it is killed from
 * outside.
 *
 * The report is a request that nobody awaits: the network process has taken it before the spin begins, whereas a
 * message to a client would wait for the end of the task.
 */
const RUNTIME = `
const ${HOOK} = (() => {
  let left = 0;
  let armed = 0;
  self.addEventListener('message', (event) => {
    if (typeof event.data?.${ARM} !== 'number') return;
    armed = left = event.data.${ARM};
    event.stopImmediatePropagation();
  });
  return (value) => {
    if (left === 0) return value;
    left -= 1;
    if (left > 0) return value;
    fetch('/killed?n=' + armed).catch(() => undefined);
    for (;;);
  };
})();
`;

/**
 * Rewrites every `await x` of a script as `hook(await hook(x))`, by its syntax tree: two points around each await. So
 * the product itself needs no hook.
 *
 * @param code a script
 * @returns the script with the hook in front
 */
export function withKillPoints(code: string): string {
  const insertions: { readonly at: number; readonly text: string }[] = [];
  visit(parseAst(code), (node) => {
    if (node.type !== 'AwaitExpression') return;
    const { start, end } = node;
    insertions.push({ at: start, text: `${HOOK}(` }, { at: start + 'await'.length, text: ` ${HOOK}(` }, { at: end, text: '))' });
  });
  let rewritten = '';
  let from = 0;
  for (const { at, text } of insertions.sort((a, b) => a.at - b.at)) {
    rewritten += code.slice(from, at) + text;
    from = at;
  }
  return `${RUNTIME}${rewritten}${code.slice(from)}`;
}

/** The build plugin that adds kill points to each script of a bundle. */
export function killPoints(): Plugin {
  return { name: 'kill-points', renderChunk: (code) => ({ code: withKillPoints(code), map: null }) };
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

function visit(value: unknown, found: (node: Node) => void): void {
  if (Array.isArray(value)) return value.forEach((item) => visit(item, found));
  if (typeof value !== 'object' || value === null) return;
  if (typeof (value as Node).type === 'string') found(value as Node);
  for (const item of Object.values(value)) visit(item, found);
}
