//! The identity provider: asked by `OpenID` Connect for who somebody is, and believed only what it signed.

mod leave;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use futures::FutureExt;
use futures::future::BoxFuture;
use jiff::Timestamp;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreIdTokenClaims,
    CoreJwsSigningAlgorithm as Signed, CoreTokenResponse, CoreUserInfoClaims,
};
use openidconnect::{
    AccessTokenHash, AuthType, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret,
    CsrfToken, EndUserEmail, EndUserName, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    HttpRequest, HttpResponse, IssuerUrl, LocalizedClaim, Nonce, OAuth2TokenResponse,
    PkceCodeChallenge, PkceCodeVerifier, PostLogoutRedirectUrl, RedirectUrl, Scope,
    SignatureVerificationError, TokenResponse, UserInfoError, http,
};
use reqwest::redirect::Policy;

use super::config::{Access, is_safe, is_this_machine};
use leave::Metadata;

/// Its answers are small and somebody waits for them.
const PATIENCE: Duration = Duration::from_secs(10);
const LARGEST: usize = 1 << 20;
/// Its keys change now and then.
const KEPT: Duration = Duration::from_hours(1);
/// Forged tokens do not make us ask it for its keys more often than this.
const ASKED_AGAIN: Duration = Duration::from_mins(1);
/// Signatures by whom nobody else has the key of: never `none`, never with a secret that is shared.
const SIGNED: [Signed; 9] = [
    Signed::RsaSsaPkcs1V15Sha256,
    Signed::RsaSsaPkcs1V15Sha384,
    Signed::RsaSsaPkcs1V15Sha512,
    Signed::RsaSsaPssSha256,
    Signed::RsaSsaPssSha384,
    Signed::RsaSsaPssSha512,
    Signed::EcdsaP256Sha256,
    Signed::EcdsaP384Sha384,
    Signed::EdDsa,
];

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// The provider of an access file.
pub struct Provider {
    issuer: IssuerUrl,
    client_id: ClientId,
    client_secret: Option<ClientSecret>,
    redirect: RedirectUrl,
    left: PostLogoutRedirectUrl,
    scopes: Vec<Scope>,
    http: reqwest::Client,
    known: Mutex<Option<Known>>,
}

/// What is known of the provider.
#[derive(Clone)]
struct Known {
    metadata: Arc<Metadata>,
    since: Instant,
    /// True if it was asked anew because of a key that it did not have.
    renewed: bool,
}

/// Why what is known of the provider is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum For {
    Login,
    /// Somebody leaves; where to is seldom another place than it was.
    Logout,
    /// A token is signed by a key that is not known.
    NewKey,
}

impl Known {
    fn serves(&self, purpose: For) -> bool {
        let age = self.since.elapsed();
        match purpose {
            For::Login => age < KEPT,
            For::Logout => true,
            For::NewKey => self.renewed && age < ASKED_AGAIN,
        }
    }
}

/// A login that has begun: where the browser goes, and what its end is checked against.
pub struct Begun {
    pub url: String,
    pub state: String,
    pub nonce: Nonce,
    pub verifier: PkceCodeVerifier,
}

/// Who somebody is, as the provider says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    pub email: String,
    pub name: Option<String>,
}

/// Why nobody knows who somebody is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unknown {
    /// Not their fault; it may be better later.
    #[error("the identity provider does not answer as it should: {0}")]
    Provider(String),
    /// Nobody can rest on what came.
    #[error("the login is not valid: {0}")]
    Invalid(String),
    #[error(
        "the identity provider has not verified an e-mail of yours; do so there, then log in again"
    )]
    NoEmail,
}

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct NoAnswer(String);

impl Provider {
    pub fn new(access: &Access) -> Result<Provider, String> {
        let said = |error: &dyn std::error::Error| error.to_string();
        let issuer = IssuerUrl::new(access.issuer.clone()).map_err(|error| said(&error))?;
        let back = access.public_url.join("/login/back").map_err(|error| said(&error))?;
        let left = access.public_url.join("/logout").map_err(|error| said(&error))?;
        let mut http = reqwest::Client::builder()
            // Where it sends us on could be a machine that only we can reach.
            .redirect(Policy::none())
            .timeout(PATIENCE)
            .user_agent(concat!("trueup/", env!("CARGO_PKG_VERSION")));
        if issuer.url().host_str().is_some_and(is_this_machine) {
            http = http.no_proxy();
        }
        Ok(Provider {
            issuer,
            client_id: ClientId::new(access.client_id.clone()),
            client_secret: access.client_secret()?.map(ClientSecret::new),
            redirect: RedirectUrl::from_url(back),
            left: PostLogoutRedirectUrl::from_url(left),
            scopes: access.scopes.iter().cloned().map(Scope::new).collect(),
            http: http.build().map_err(|error| said(&error))?,
            known: Mutex::new(None),
        })
    }

    /// Begins a login.
    pub async fn begin(&self) -> Result<Begun, Unknown> {
        let client = self.client(For::Login).await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut asked = client.authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            CsrfToken::new_random,
            Nonce::new_random,
        );
        for scope in self.scopes.iter().filter(|scope| scope.as_str() != "openid") {
            asked = asked.add_scope(scope.clone());
        }
        let (url, state, nonce) = asked.set_pkce_challenge(challenge).url();
        Ok(Begun { url: url.into(), state: state.into_secret(), nonce, verifier })
    }

    /// Ends a login: exchanges the code and checks what was signed, as of now.
    pub async fn end(
        &self,
        code: String,
        nonce: &Nonce,
        verifier: PkceCodeVerifier,
        now: Timestamp,
    ) -> Result<Identity, Unknown> {
        let client = self.client(For::Login).await?;
        let exchange = client.exchange_code(AuthorizationCode::new(code));
        let exchange = exchange.map_err(|error| Unknown::Provider(error.to_string()))?;
        let ask = self.asking();
        let tokens = exchange.set_pkce_verifier(verifier).request_async(&ask).await;
        let tokens = tokens.map_err(|error| Unknown::Invalid(told(&error)))?;
        match claims(&client, &tokens, nonce, now) {
            Err(ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey,
            )) => {
                // It has a new key.
                let client = self.client(For::NewKey).await?;
                let known =
                    claims(&client, &tokens, nonce, now).map_err(|error| invalid(&error))?;
                self.identity(&client, &tokens, known).await
            }
            known => self.identity(&client, &tokens, known.map_err(|error| invalid(&error))?).await,
        }
    }

    /// Who somebody is: as the token says or, where it says nothing of an e-mail, as the provider does when it is asked
    /// (`OpenID` Connect Core 5.3). What the token denies is not asked for again.
    async fn identity(
        &self,
        client: &Client,
        tokens: &CoreTokenResponse,
        token: &CoreIdTokenClaims,
    ) -> Result<Identity, Unknown> {
        if token.email_verified() == Some(false) {
            return Err(Unknown::NoEmail);
        }
        if token.email().is_some() && token.email_verified().is_some() {
            return identity(token.email(), token.email_verified(), token.name());
        }
        let access = tokens.access_token().clone();
        let asked = client.user_info(access, Some(token.subject().clone()));
        // It names no place where it could be asked.
        let Ok(asked) = asked else { return Err(Unknown::NoEmail) };
        let said: CoreUserInfoClaims =
            asked.request_async(&self.asking()).await.map_err(|error| match error {
                UserInfoError::ClaimsVerification(error) => invalid(&error),
                error => Unknown::Provider(told(&error)),
            })?;
        identity(said.email(), said.email_verified(), said.name().or(token.name()))
    }

    /// Where a browser ends the session that it has at the provider (RP-Initiated Logout 1.0), if there is such a place.
    pub async fn end_session(&self) -> Option<String> {
        let metadata = self.metadata(For::Logout).await;
        let metadata = metadata
            .inspect_err(|unknown| {
                tracing::warn!(reason = %unknown, "nobody can be sent to the provider to log out");
            })
            .ok()?;
        leave::url(&metadata, self.client_id.clone(), self.left.clone())
    }

    /// True once it has said where its places are.
    pub fn is_known(&self) -> bool {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// The provider's host, as people know it.
    pub fn host(&self) -> &str {
        self.issuer.url().host_str().unwrap_or_default()
    }

    /// True if an answer names this provider (RFC 9207).
    pub fn is(&self, issuer: &str) -> bool {
        issuer == self.issuer.as_str()
    }

    async fn client(&self, purpose: For) -> Result<Client, Unknown> {
        let metadata = self.metadata(purpose).await?;
        let client = CoreClient::from_provider_metadata(
            Metadata::clone(&metadata),
            self.client_id.clone(),
            self.client_secret.clone(),
        );
        let methods = metadata.token_endpoint_auth_methods_supported();
        let in_body = methods.is_some_and(|methods| {
            methods.contains(&CoreClientAuthMethod::ClientSecretPost)
                && !methods.contains(&CoreClientAuthMethod::ClientSecretBasic)
        });
        let auth = if in_body { AuthType::RequestBody } else { AuthType::BasicAuth };
        Ok(client.set_auth_type(auth).set_redirect_uri(self.redirect.clone()))
    }

    async fn metadata(&self, purpose: For) -> Result<Arc<Metadata>, Unknown> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(known) = known.filter(|known| known.serves(purpose)) {
            return Ok(known.metadata);
        }
        let ask = self.asking();
        let found = Metadata::discover_async(self.issuer.clone(), &ask).await;
        let metadata = Arc::new(found.map_err(|error| Unknown::Provider(told(&error)))?);
        let renewed = purpose == For::NewKey;
        let known = Known { metadata: Arc::clone(&metadata), since: Instant::now(), renewed };
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(known);
        Ok(metadata)
    }

    /// What asks the provider.
    fn asking(&self) -> impl Fn(HttpRequest) -> BoxFuture<'static, Result<HttpResponse, NoAnswer>> {
        let http = self.http.clone();
        move |request| ask(http.clone(), request).boxed()
    }
}

/// Asks the provider, which nothing but encryption or this machine alone lies between.
async fn ask(http: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, NoAnswer> {
    let no_answer = |error: reqwest::Error| NoAnswer(told(&error.without_url()));
    let request = reqwest::Request::try_from(request).map_err(no_answer)?;
    if !is_safe(request.url()) {
        return Err(NoAnswer("it names an address without `https://`".to_owned()));
    }
    let mut response = http.execute(request).await.map_err(no_answer)?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(no_answer)? {
        if body.len() + chunk.len() > LARGEST {
            return Err(NoAnswer("its answer is larger than 1 MiB".to_owned()));
        }
        body.extend_from_slice(&chunk);
    }
    let mut answer = http::Response::new(body);
    *answer.status_mut() = response.status();
    *answer.headers_mut() = std::mem::take(response.headers_mut());
    Ok(answer)
}

/// What is signed, if the signature, the issuer, the audience, the time, the nonce and the access token's hash are right.
fn claims<'a>(
    client: &Client,
    tokens: &'a CoreTokenResponse,
    nonce: &Nonce,
    now: Timestamp,
) -> Result<&'a CoreIdTokenClaims, ClaimsVerificationError> {
    let other = |said: &str| ClaimsVerificationError::Other(said.to_owned());
    let token = tokens.id_token().ok_or_else(|| other("it came without an ID token"))?;
    let verifier = client.id_token_verifier().set_allowed_algs(SIGNED);
    let verifier = verifier.set_time_fn(move || SystemTime::from(now).into());
    let claims = token.claims(&verifier, nonce)?;
    if let Some(expected) = claims.access_token_hash() {
        let wrong = |_| other("its access token cannot be checked");
        let key =
            token.signing_key(&verifier).map_err(ClaimsVerificationError::SignatureVerification)?;
        let alg = token.signing_alg().map_err(|_| other("it is not signed"))?;
        let actual = AccessTokenHash::from_token(tokens.access_token(), alg, key).map_err(wrong)?;
        if actual != *expected {
            return Err(other("its access token is another's"));
        }
    }
    Ok(claims)
}

/// Somebody with an e-mail that the provider has verified.
fn identity(
    email: Option<&EndUserEmail>,
    is_verified: Option<bool>,
    name: Option<&LocalizedClaim<EndUserName>>,
) -> Result<Identity, Unknown> {
    let email = email.filter(|_| is_verified == Some(true));
    let email = email.map(|email| email.trim().to_ascii_lowercase());
    let email = email.filter(|email| email.contains('@')).ok_or(Unknown::NoEmail)?;
    let name = name.and_then(|names| names.get(None));
    Ok(Identity { email, name: name.map(|name| name.to_string()) })
}

fn invalid(error: &ClaimsVerificationError) -> Unknown {
    Unknown::Invalid(told(error))
}

/// An error with its causes.
fn told(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        said = format!("{said}: {error}");
        cause = error.source();
    }
    said
}
