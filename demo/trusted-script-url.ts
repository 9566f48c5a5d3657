/** The part of Trusted Types that is used. TypeScript's library does not have them yet. */
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
 * A worker's URL as the page's policy allows it. Without Trusted Types in the browser, it stays text.
 *
 * @param url one of the scripts above
 */
export function trustedScriptUrl(url: string): string {
  // Typed as text because `register` is; the browser accepts the trusted object.
  return (policy?.createScriptURL(url) ?? url) as string;
}
