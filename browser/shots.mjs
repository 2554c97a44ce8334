// A picture of each page of the demo, light and dark, wide and narrow, for people to look at.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { open } from './chromium.mjs';
import { crawl } from './crawl.mjs';
import { start } from './demo.mjs';

const folder = process.argv[2];
const LOOKS = [
  ['light', { colorScheme: 'light', viewport: { width: 1280, height: 860 } }],
  ['dark', { colorScheme: 'dark', viewport: { width: 1280, height: 860 } }],
  ['narrow', { colorScheme: 'light', viewport: { width: 390, height: 844 } }],
];

const [demo, browser] = await Promise.all([start(['demo', '--serve']), open()]);
try {
  for (const [name, look] of LOOKS) {
    const context = await browser.newContext(look);
    const page = await context.newPage();
    mkdirSync(join(folder, name), { recursive: true });
    await crawl(page, demo.address, async (path) => {
      const file = path.replace(/^\//, '').replace(/[^a-z0-9-]+/gi, '_') || 'index';
      await page.screenshot({ path: join(folder, name, `${file}.png`), fullPage: true });
    });
    await context.close();
  }
} finally {
  await browser.close();
  await demo.stop();
}
