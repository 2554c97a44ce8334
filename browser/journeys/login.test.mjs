// Logging in at a real OpenID provider, and what each role is refused.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { open } from '../chromium.mjs';
import { folder, run, start, TRUEUP } from '../demo.mjs';
import { WAYS } from '../hands.mjs';
import { provide } from '../provider.mjs';

const PEOPLE = {
  'mara@harbour.example': { email_verified: true, name: 'Mara Okafor' },
  'guest@harbour.example': { email_verified: true, name: 'A guest' },
  'unsure@harbour.example': { email_verified: false, name: 'Somebody' },
  'stranger@elsewhere.example': { email_verified: true, name: 'A stranger' },
};

let browser;
const place = folder();
before(async () => {
  browser = await open();
  run(TRUEUP, ['demo', join(place.path, 'demo'), '--interactions', '2000']);
});
after(async () => {
  await browser?.close();
  place.remove();
});

// A site and its provider. Each way has its own: who tries to log in too often has to wait, and all of them come from here.
async function serve() {
  const port = await free();
  const address = `http://127.0.0.1:${port}`;
  const provider = await provide(PEOPLE, `${address}/login/back`, { left: [`${address}/logout`] });
  const access = join(place.path, 'access.toml');
  writeFileSync(access, `public_url = "${address}"
issuer = "${provider.issuer}"
client_id = "${provider.client_id}"
domains = ["harbour.example"]
`);
  const roadmap = join(place.path, 'demo/roadmap');
  const site = await start(['serve', roadmap, '--listen', `127.0.0.1:${port}`, '--access', access], {
    env: { ...process.env, TRUEUP_CLIENT_SECRET: provider.client_secret },
  });
  return { provider, site };
}

for (const way of WAYS) {
  describe(`logging in, ${way.name}`, () => {
    let provider;
    let site;
    before(async () => {
      ({ provider, site } = await serve());
    });
    after(async () => {
      await site?.stop();
      await provider?.stop();
    });

    // A browser of its own for each person.
    async function as(email, look) {
      const context = await browser.newContext({ baseURL: site.address, ...way.context });
      const hands = new way.Hands(await context.newPage());
      await hands.go('/board');
      await hands.fill('E-mail', email);
      await hands.send('Continue');
      await hands.page.waitForURL(`${site.address}/**`);
      try {
        await look(hands);
      } finally {
        await context.close();
      }
    }

    test('nobody sees anything before', async () => {
      const context = await browser.newContext({ baseURL: site.address, ...way.context });
      const hands = new way.Hands(await context.newPage());
      await hands.go('/bets/reply-draft');
      assert.equal(new URL(hands.page.url()).origin, provider.issuer);
      await context.close();
    });

    test('one side edits, and signs for itself alone', () => as('mara@harbour.example', async (hands) => {
      assert.equal(await hands.heading(), 'Board');
      await hands.go('/bets/ticket-routing');
      await hands.follow('Sign the criteria');
      assert.equal(await hands.page.getByLabel('In whose name').count(), 0);
      await hands.send(/^Sign these/);
      await hands.until('/bets/ticket-routing/sign', /Mara Okafor/);
      assert.equal(await hands.go('/access'), 403);
      await hands.go('/board');
      await hands.send('Log out');
      assert.equal(await hands.heading(), 'You are logged out');
      const left = (await hands.page.context().cookies(site.address)).map((one) => one.name);
      assert.ok(!left.some((name) => /trueup/.test(name)), `cookies are left: ${left}`);
      // The provider would still let them in without a question, until they log out there.
      await hands.follow('Log out at the provider too');
      assert.equal(new URL(hands.page.url()).origin, provider.issuer);
      await hands.send('Log out here');
      await hands.page.waitForURL(`${site.address}/logout`);
      await hands.follow('Log in');
      assert.equal(await hands.heading(), 'Log in');
    }));

    test('who is of no side looks, and may not change', () => as('guest@harbour.example', async (hands) => {
      assert.equal(await hands.heading(), 'Board');
      await hands.follow('A first draft of every reply');
      assert.equal(await hands.link('Edit').count(), 0);
      for (const path of ['edit', 'sign', 'decide']) {
        assert.equal(await hands.go(`/bets/reply-draft/${path}`), 403);
        assert.match(await hands.main(), /may not|role/i);
      }
    }));

    test('an e-mail that is not verified, or of elsewhere, does not come in', async () => {
      for (const email of ['unsure@harbour.example', 'stranger@elsewhere.example']) {
        await as(email, async (hands) => {
          assert.notEqual(await hands.heading(), 'Board');
          assert.match(await hands.page.content(), /may not look here|verified/i);
          await hands.go('/bets/reply-draft');
          assert.doesNotMatch(await hands.page.content(), /A first draft of every reply/);
        });
      }
    });
  });
}

// A port that nobody has: the provider must know the address before the site listens there.
function free() {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
