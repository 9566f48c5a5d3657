/** What is used of Trusted Types; TypeScript's own library does not know them yet. */
interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): { toString(): string } };
}

/** The only scripts that this page ever starts as workers. */
const SCRIPTS: ReadonlySet<string> = new Set(['/shell-worker.js', '/nudgeloop/service-worker.js']);

const policy = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy('nudgeloop-demo', {
  createScriptURL(url) {
    if (SCRIPTS.has(url)) return url;
    throw new TypeError(`No script of this page: ${url}`);
  },
});

/**
 * A worker's URL as the page's policy allows it. Where the browser has no Trusted Types it stays text.
 *
 * @param url one of the scripts above
 */
export function trustedScriptUrl(url: string): string {
  // Typed as text because `register` is; the browser takes the trusted object.
  return (policy?.createScriptURL(url) ?? url) as string;
}
