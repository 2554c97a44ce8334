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

// What the README shows, as a window has it, and how to come there from the first page.
const README = {
  board: (page) => page.goto('/board'),
  bet: (page) => page.goto('/bets/auto-close'),
  economics: (page) => page.goto('/economics'),
  interaction: async (page) => {
    await page.goto('/interactions?bet=reply-draft&outcome=accept');
    const edited = page.locator('table.interactions tbody tr', { hasText: /[1-4]\d\.\d %/ });
    await edited.first().locator('a').first().click();
    await page.waitForURL(/\/interactions\//);
  },
};

const [demo, browser] = await Promise.all([start(['demo', '--serve']), open()]);
try {
  const context = await browser.newContext({ ...LOOKS[0][1], baseURL: demo.address, deviceScaleFactor: 1.25 });
  const page = await context.newPage();
  for (const [name, go] of Object.entries(README)) {
    await go(page);
    await page.screenshot({ path: join(folder, 'readme', `${name}.png`) });
  }
  await context.close();
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
