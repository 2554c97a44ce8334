// Every page that can be reached from the board.

// Pages that differ only in their query are one page, but for the first few.
const SAME = 2;

// Milliseconds until a page must be there, on the slowest machine.
const PATIENCE = 60_000;

// Visits each page once and calls `look(path, answer, page)`. Returns the paths.
export async function crawl(page, address, look) {
  const seen = new Set(['/board']);
  const often = new Map();
  const waiting = ['/board'];
  while (waiting.length > 0) {
    const path = waiting.shift();
    const answer = await page.goto(address + path, { timeout: PATIENCE });
    await look(path, answer);
    const links = await page.$$eval('a[href]', (all) => all.map((one) => one.getAttribute('href')));
    for (const link of links) {
      const url = new URL(link, address + path);
      const next = url.pathname + url.search;
      if (url.origin !== address || seen.has(next)) continue;
      const kind = kindOf(url.pathname) + (url.search ? '?' : '');
      const times = often.get(kind) ?? 0;
      if (times >= limit(kind)) continue;
      often.set(kind, times + 1);
      seen.add(next);
      waiting.push(next);
    }
  }
  return [...seen];
}

// Pages of one template: what names a thing is left out.
function kindOf(path) {
  return path.split('/').map((part, at) => (at === 2 || at === 4 ? '*' : part)).join('/');
}

// Bets are few and each is another story; of interactions and definitions some are enough.
function limit(kind) {
  return kind === '/bets/*' ? 30 : kind.endsWith('?') ? SAME : 4;
}
