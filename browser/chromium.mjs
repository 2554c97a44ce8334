// The browser: Debian's chromium, driven by playwright-core.
import { chromium } from 'playwright-core';

export function open() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    // Without a sandbox, because CI runs as root; it sees pages of this machine alone.
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
}
