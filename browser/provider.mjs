// A real OpenID provider (oidc-provider) for people of a test, whose page asks for the e-mail alone.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const CLIENT = { client_id: 'trueup', client_secret: 'only-for-this-test-of-the-pages' };

// `people` are claims by e-mail. `claims` says where a provider tells them: in the ID token, or at UserInfo alone as the
// specification has it. `left` is where it sends people who log out at it.
export async function provide(people, redirect, { left = [], inToken = true } = {}) {
  const server = createServer();
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{
      ...CLIENT,
      redirect_uris: [redirect],
      post_logout_redirect_uris: left,
      grant_types: ['authorization_code'],
      response_types: ['code'],
    }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    conformIdTokenClaims: !inToken,
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { logoutSource: askToLeave } },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    cookies: { keys: ['only for this test'] },
    findAccount: (_, id) => people[id] && { accountId: id, claims: () => ({ sub: id, email: id, ...people[id] }) },
    loadExistingGrant,
  });
  const serve = provider.callback();
  server.on('request', (request, response) => {
    if (request.url.startsWith('/interaction/')) return ask(provider, people, request, response);
    return serve(request, response);
  });
  return { issuer, ...CLIENT, stop: () => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); }) };
}

// Everybody here has agreed that Trueup may know their name and e-mail.
async function loadExistingGrant(ctx) {
  const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
  grant.addOIDCScope('openid email profile');
  await grant.save();
  return grant;
}

// `form` is the provider's own, without a button.
function askToLeave(ctx, form) {
  ctx.body = `<!doctype html><html lang="en"><title>Log out</title><h1>Log out</h1>${form}
    <button form="op.logoutForm" name="logout" value="yes">Log out here</button></html>`;
}

async function ask(provider, people, request, response) {
  if (request.method === 'GET') return page(response, '');
  let body = '';
  for await (const chunk of request) body += chunk;
  const email = new URLSearchParams(body).get('email');
  if (!people[email]) return page(response, 'Nobody here has this e-mail.');
  return provider.interactionFinished(request, response, { login: { accountId: email } }, { mergeWithLastSubmission: false });
}

function page(response, said) {
  response.setHeader('content-type', 'text/html');
  response.end(`<!doctype html><html lang="en"><title>Log in</title><h1>Log in</h1><p>${said}</p>
    <form method="post"><label>E-mail <input name="email" type="email"></label> <button>Continue</button></form></html>`);
}
