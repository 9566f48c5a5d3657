// Draws the PNG icons from icon.svg. Run it by hand after a change of the SVG:  node demo/make-icons.mjs
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { chromiumArgs, findBrowser } from '../scripts/lib/find-browser.mjs';

const at = (/** @type {string} */ name) => fileURLToPath(new URL(`public/icons/${name}`, import.meta.url));
const svg = await readFile(at('icon.svg'), 'utf8');
// A launcher cuts a maskable icon to its own shape: the background fills the corners, and the sign keeps clear of them.
const maskable = svg
  .replace(' rx="112"', '')
  .replace('class="sign"', 'transform="translate(43 43) scale(0.83)"');

const executablePath = findBrowser('chromium')?.executablePath;
const browser = await chromium.launch({ args: chromiumArgs, ...(executablePath && { executablePath }) });
try {
  for (const [name, drawing, size] of /** @type {const} */ ([
    ['icon-192.png', svg, 192],
    ['icon-512.png', svg, 512],
    ['icon-maskable-512.png', maskable, 512],
    ['apple-touch-icon.png', maskable, 180],
  ])) {
    const page = await browser.newPage({ viewport: { width: size, height: size } });
    await page.setContent(`<style>*{margin:0}svg{display:block;width:100vw;height:100vh}</style>${drawing}`);
    await page.screenshot({ path: at(name), omitBackground: true });
    await page.close();
  }
} finally {
  await browser.close();
}
