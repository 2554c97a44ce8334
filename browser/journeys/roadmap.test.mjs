// What people do on the pages, from the first look to a decision: with a mouse, with scripts off, and by keyboard alone. Each way
// has a demo of its own, because what is signed and decided stays so.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { open } from '../chromium.mjs';
import { folder, run, start } from '../demo.mjs';
import { WAYS } from '../hands.mjs';

let browser;
before(async () => { browser = await open(); });
after(() => browser?.close());

for (const way of WAYS) {
  describe(`the roadmap, ${way.name}`, () => {
    const place = folder();
    let demo;
    let context;
    let hands;
    before(async () => {
      demo = await start(['demo', join(place.path, 'demo'), '--serve']);
      context = await browser.newContext({ baseURL: demo.address, ...way.context });
      hands = new way.Hands(await context.newPage());
    });
    after(async () => {
      await context?.close();
      await demo?.stop();
      place.remove();
    });
    const commits = () => run('git', ['log', '--format=%an: %s'], { cwd: join(place.path, 'demo') }).trim().split('\n');
    const bet = (id) => readFileSync(join(place.path, 'demo/roadmap/bets', `${id}.toml`), 'utf8');

    test('a first look tells what to ship and what to stop', async () => {
      assert.equal(await hands.go('/'), 200);
      assert.equal(await hands.heading(), 'Board');
      const board = await hands.main();
      for (const said of [/ship\s+3 bets/, /kill\s+2 bets/, /Needs somebody/]) assert.match(board, said);
      await hands.follow('A first draft of every reply');
      assert.equal(await hands.heading(), 'A first draft of every reply');
      const page = await hands.main();
      for (const said of [/ship/, /1 goal, 3 guardrails and 1 budget are met/, /9 days left/, /0\.0109 USD/, /signed by both sides/]) {
        assert.match(page, said);
      }
    });

    test('why a bet is in purgatory is two links away', async () => {
      await hands.go('/board');
      await hands.follow('Tickets go straight to the right team');
      const page = await hands.main();
      assert.match(page, /stuck/);
      assert.match(page, /16 days over/);
      await hands.follow(/P03/);
      assert.match(await hands.main(), /ticket-routing/);
    });

    test('a raised threshold takes back the signatures and the verdict', async () => {
      const before = commits().length;
      await hands.go('/bets/reply-draft');
      await hands.follow('Edit');
      await hands.fill('At least', '0.95', 'Criterion 1: acceptance');
      await hands.choose('In whose name', 'Mara Okafor (product)');
      await hands.send('Save');
      assert.equal(await hands.heading(), 'A first draft of every reply');
      await hands.until('/bets/reply-draft', /changed since/);
      await hands.until('/bets/reply-draft', /refuted/);
      assert.doesNotMatch(await hands.main(), /are met, readiness is attested, and both sides signed/);
      assert.match(bet('reply-draft'), /\{ metric = "acceptance", +at_least = 0\.95, role = "goal"/);
      assert.equal(commits().length, before + 1);
    });

    test('each side signs, and then the criteria count again', async () => {
      const before = commits().length;
      for (const person of ['Mara Okafor (product)', 'Priya Nair (R&D)']) {
        await hands.go('/bets/reply-draft');
        await hands.follow('Sign the criteria');
        await hands.choose('In whose name', person);
        await hands.send('Sign these 7 criteria');
      }
      await hands.until('/bets/reply-draft', /signed by both sides/);
      const [rd, product] = commits();
      assert.match(product, /^Mara Okafor: /);
      assert.match(rd, /^Priya Nair: /);
      assert.equal(commits().length, before + 2);
    });

    test('a bet that crossed its line is killed by both sides', async () => {
      await hands.go('/board');
      await hands.follow('Decide on Solved tickets close themselves');
      assert.match(await hands.main(), /a guardrail is refuted/);
      await hands.tick('kill: it ends');
      await hands.tick('Tomás Riedl (product)');
      await hands.tick('Lev Adler (R&D)');
      await hands.fill('Why', 'It closes one in four tickets that are not solved.');
      await hands.choose('In whose name', 'Tomás Riedl (product)');
      await hands.send('Decide');
      await hands.until('/bets/auto-close', /killed/);
      assert.match(bet('auto-close'), /stage = "killed"/);
      assert.match(commits()[0], /^Tomás Riedl: /);
    });

    test('one interaction is looked into', async () => {
      await hands.go('/board');
      await hands.follow('Interactions');
      await hands.choose('Bet', 'A first draft of every reply');
      await hands.send('Show');
      assert.match(await hands.main(), /interactions/);
      await hands.press(hands.page.locator('table.interactions tbody a').first());
      await hands.page.waitForURL(/\/interactions\//);
      assert.match(await hands.heading(), /^Interaction /);
      const page = await hands.main();
      for (const said of [/From prompt to final text/, /What was done/, /USD/]) assert.match(page, said);
    });

    test('what is searched is found', async () => {
      await hands.go('/board');
      await hands.fill('Search the roadmap', 'language');
      await hands.press(hands.field('Search the roadmap'), 'Enter');
      await hands.page.waitForURL(/\/search/);
      assert.match(await hands.main(), /Answer in the customer's language/);
      await hands.follow("Answer in the customer's language");
      assert.equal(await hands.heading(), "Answer in the customer's language");
    });
  });
}
