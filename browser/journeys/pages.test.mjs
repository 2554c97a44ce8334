// What holds of every page: it is found, light, sound for screen readers, in light and dark, and asks nobody else for anything.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { open } from '../chromium.mjs';
import { crawl } from '../crawl.mjs';
import { start } from '../demo.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const HEAVIEST = 100 * 1024;
const LOOKS = [
  { name: 'light and wide', colorScheme: 'light', viewport: { width: 1280, height: 900 } },
  { name: 'dark and narrow', colorScheme: 'dark', viewport: { width: 390, height: 800 } },
];

let demo;
let browser;
before(async () => {
  [demo, browser] = await Promise.all([start(['demo', '--serve']), open()]);
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

for (const look of LOOKS) {
  test(`every page is sound, ${look.name}`, async () => {
    const context = await browser.newContext({ ...look, bypassCSP: true });
    const page = await context.newPage();
    const wrong = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(demo.address)) wrong.push(`asks ${request.url()}`);
    });
    page.on('pageerror', (error) => wrong.push(`script fails: ${error}`));
    const paths = await crawl(page, demo.address, async (path, answer) => {
      for (const what of await faults(page, answer)) wrong.push(`${path}: ${what}`);
    });
    await context.close();
    assert.ok(paths.length > 40, `only ${paths.length} pages are found: ${paths}`);
    assert.deepEqual(wrong, []);
  });
}

test('nothing in any page is refused by the policy', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const refused = [];
  page.on('console', (message) => {
    if (/Content Security Policy|Refused to/.test(message.text())) refused.push(`${page.url()}: ${message.text()}`);
  });
  await crawl(page, demo.address, async () => {});
  await context.close();
  assert.deepEqual(refused, []);
});

async function faults(page, answer) {
  const found = [];
  if (answer.status() !== 200) found.push(`answers ${answer.status()}`);
  const weight = (await answer.body()).length;
  if (weight > HEAVIEST) found.push(`weighs ${weight} bytes`);
  found.push(...await page.evaluate(rules));
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  for (const one of violations) {
    found.push(`${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(' | ')}`);
  }
  return found;
}

// Runs in the page: what we ask beyond what axe knows.
function rules() {
  const found = [];
  const all = (selector) => [...document.querySelectorAll(selector)];
  if (all('h1').length !== 1) found.push(`${all('h1').length} headings of level 1`);
  if (!document.title) found.push('no title');
  if (all('[style], style, script:not([src])').length > 0) found.push('style or script inline');
  for (const svg of all('svg[role=img]')) {
    if (!svg.querySelector('title') || !svg.querySelector('desc')) found.push('a picture without title or description');
  }
  for (const figure of all('figure')) {
    if (figure.querySelector('svg') && !figure.querySelector('details table')) found.push('a picture without its numbers');
  }
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide > 1) found.push(`is ${wide} pixels wider than the window`);
  return found;
}
