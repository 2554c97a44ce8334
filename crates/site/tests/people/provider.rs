//! An identity provider as its users see it: discovery, keys, a login without questions, and tokens that it signs.
//!
//! It checks what a real one checks (the client, its secret, the redirect, PKCE, that a code is used once), and can be told
//! to do one thing wrong.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::extract::{Query, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use openidconnect::PrivateSigningKey;
use openidconnect::core::{CoreEdDsaPrivateSigningKey, CoreJwsSigningAlgorithm};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub const CLIENT: &str = "trueup";
pub const SECRET: &str = "a secret & more";

/// What the provider does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    None,
    Nonce,
    Audience,
    Issuer,
    Expired,
    Signature,
    /// A token of the algorithm `none`.
    Unsigned,
    /// Signed by a key that its list does not have.
    OtherKey,
    Unverified,
    /// Neither the token nor the answer about somebody names an e-mail.
    NoEmail,
    /// The token names no e-mail; the answer about somebody does.
    Apart,
    /// The token names an e-mail and does not say whether it is verified; the answer does.
    HalfApart,
    /// As apart, and the answer is about somebody else.
    OtherSubject,
    /// As apart, and the e-mail is not verified.
    UnverifiedApart,
    /// As apart, and nothing is answered.
    NoAnswer,
    /// The token names no e-mail, and there is no place to ask about somebody.
    NoPlace,
    /// The access token is not the one that was signed for.
    AccessToken,
    /// More than anybody reads.
    Huge,
    /// It names this as the place where its session ends.
    Leaving(&'static str),
}

/// The provider, on a port of its own.
#[derive(Clone)]
pub struct Provider {
    pub issuer: String,
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    key: CoreEdDsaPrivateSigningKey,
    who: Value,
    fault: Fault,
    codes: HashMap<String, Asked>,
    given: usize,
    /// How often it was asked about somebody.
    asked_about: usize,
}

/// What a browser was sent with.
#[derive(Clone)]
struct Asked {
    redirect: String,
    nonce: String,
    challenge: String,
}

impl Provider {
    pub async fn start() -> Provider {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let issuer = format!("http://{}", listener.local_addr().expect("it is bound"));
        let inner = Inner {
            key: key("one", 1),
            who: Value::Null,
            fault: Fault::None,
            codes: HashMap::new(),
            given: 0,
            asked_about: 0,
        };
        let provider = Provider { issuer, inner: Arc::new(Mutex::new(inner)) };
        let paths = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys))
            .route("/authorize", get(authorize))
            .route("/token", post(token))
            .route("/about", get(about))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, paths).await });
        provider
    }

    /// Whoever comes next is this person.
    pub fn is(&self, email: &str) {
        self.inner.lock().expect("nobody panics").who =
            json!({"email": email, "email_verified": true, "name": "Somebody", "sub": email});
    }

    pub fn does(&self, fault: Fault) {
        self.inner.lock().expect("nobody panics").fault = fault;
    }

    /// How often it was asked about somebody.
    pub fn asked_about(&self) -> usize {
        self.inner.lock().expect("nobody panics").asked_about
    }

    /// Signs with a new key from now on, as providers do now and then.
    pub fn turns_its_key(&self) {
        self.inner.lock().expect("nobody panics").key = key("two", 2);
    }
}

/// A key from a seed, as PKCS #8 writes it.
fn key(id: &str, seed: u8) -> CoreEdDsaPrivateSigningKey {
    let head = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    let der = [head.as_slice(), &[seed; 32]].concat();
    let kind = "PRIVATE KEY";
    let pem = format!("-----BEGIN {kind}-----\n{}\n-----END {kind}-----\n", STANDARD.encode(der));
    let id = openidconnect::JsonWebKeyId::new(id.to_owned());
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, Some(id)).expect("it is a key")
}

async fn discovery(State(provider): State<Provider>) -> Response {
    let issuer = &provider.issuer;
    let fault = provider.inner.lock().expect("nobody panics").fault;
    if fault == Fault::Huge {
        return "x".repeat(2 << 20).into_response();
    }
    let mut said = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA"],
        "code_challenge_methods_supported": ["S256"],
    });
    if fault != Fault::NoPlace {
        said["userinfo_endpoint"] = json!(format!("{issuer}/about"));
    }
    if let Fault::Leaving(place) = fault {
        said["end_session_endpoint"] = json!(place);
    }
    Json(said).into_response()
}

async fn keys(State(provider): State<Provider>) -> Json<Value> {
    let inner = provider.inner.lock().expect("nobody panics");
    let key = serde_json::to_value(inner.key.as_verification_key()).expect("it is JSON");
    Json(json!({"keys": [key]}))
}

async fn authorize(
    State(provider): State<Provider>,
    Query(asked): Query<HashMap<String, String>>,
) -> Response {
    let field = |name: &str| asked.get(name).cloned().unwrap_or_default();
    let scopes = field("scope");
    let right = field("response_type") == "code"
        && field("client_id") == CLIENT
        && field("code_challenge_method") == "S256"
        && ["openid", "email"].iter().all(|scope| scopes.split(' ').any(|one| one == *scope));
    if !right {
        return (StatusCode::BAD_REQUEST, "not as OpenID Connect asks").into_response();
    }
    let mut inner = provider.inner.lock().expect("nobody panics");
    inner.given += 1;
    let code = format!("code-{}", inner.given);
    let redirect = field("redirect_uri");
    let kept = Asked {
        redirect: redirect.clone(),
        nonce: field("nonce"),
        challenge: field("code_challenge"),
    };
    inner.codes.insert(code.clone(), kept);
    let query: String = form_urlencoded::Serializer::new(String::new())
        .append_pair("code", &code)
        .append_pair("state", &field("state"))
        .append_pair("iss", &provider.issuer)
        .finish();
    Redirect::to(&format!("{redirect}?{query}")).into_response()
}

async fn token(State(provider): State<Provider>, headers: HeaderMap, body: String) -> Response {
    let sent: HashMap<String, String> =
        form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    let field = |name: &str| sent.get(name).cloned().unwrap_or_default();
    let mut inner = provider.inner.lock().expect("nobody panics");
    let wrong =
        |error: &str| (StatusCode::BAD_REQUEST, Json(json!({"error": error}))).into_response();
    if !is_client(&headers) {
        return wrong("invalid_client");
    }
    // A code is used once.
    let Some(asked) = inner.codes.remove(&field("code")) else { return wrong("invalid_grant") };
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(field("code_verifier")));
    if asked.challenge != challenge || asked.redirect != field("redirect_uri") {
        return wrong("invalid_grant");
    }
    let access_token = if inner.fault == Fault::AccessToken { "another" } else { "access" };
    let id_token = inner.id_token(&provider.issuer, &asked);
    Json(json!({
        "access_token": access_token,
        "token_type": "Bearer",
        "expires_in": 300,
        "id_token": id_token,
    }))
    .into_response()
}

/// What it says of whoever the access token is for.
async fn about(State(provider): State<Provider>, headers: HeaderMap) -> Response {
    let mut inner = provider.inner.lock().expect("nobody panics");
    inner.asked_about += 1;
    let is_ours = headers.get(AUTHORIZATION).is_some_and(|sent| *sent == "Bearer access");
    if !is_ours || inner.fault == Fault::NoAnswer {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let mut said = inner.who.clone();
    match inner.fault {
        Fault::NoEmail => said["email"] = Value::Null,
        Fault::OtherSubject => said["sub"] = json!("another"),
        Fault::UnverifiedApart => said["email_verified"] = json!(false),
        _ => {}
    }
    Json(said).into_response()
}

/// True if the client's name and secret came as RFC 6749 writes them.
fn is_client(headers: &HeaderMap) -> bool {
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let expected = STANDARD.encode(format!("{}:{}", encode(CLIENT), encode(SECRET)));
    headers.get(AUTHORIZATION).is_some_and(|sent| *sent == format!("Basic {expected}"))
}

impl Inner {
    fn id_token(&self, issuer: &str, asked: &Asked) -> String {
        let now = Timestamp::now().as_second();
        let mut claims = self.who.clone();
        claims["iss"] = json!(issuer);
        claims["aud"] = json!(CLIENT);
        claims["iat"] = json!(now);
        claims["exp"] = json!(now + 300);
        claims["nonce"] = json!(asked.nonce);
        let half = &sha2::Sha512::digest("access")[..32];
        claims["at_hash"] = json!(URL_SAFE_NO_PAD.encode(half));
        match self.fault {
            Fault::Nonce => claims["nonce"] = json!("another"),
            Fault::Audience => claims["aud"] = json!("another"),
            Fault::Issuer => claims["iss"] = json!("https://evil.example"),
            Fault::Expired => claims["exp"] = json!(now - 1),
            Fault::Unverified => claims["email_verified"] = json!(false),
            Fault::NoEmail => claims["email"] = Value::Null,
            Fault::HalfApart => claims["email_verified"] = Value::Null,
            Fault::Apart
            | Fault::OtherSubject
            | Fault::UnverifiedApart
            | Fault::NoAnswer
            | Fault::NoPlace => {
                for known in ["email", "email_verified", "name"] {
                    claims.as_object_mut().expect("it is one").remove(known);
                }
            }
            _ => {}
        }
        self.signed(&claims)
    }

    fn signed(&self, claims: &Value) -> String {
        let (algorithm, id) = match self.fault {
            Fault::Unsigned => ("none", None),
            Fault::OtherKey => ("EdDSA", Some("other")),
            _ => ("EdDSA", None),
        };
        let verification =
            serde_json::to_value(self.key.as_verification_key()).expect("it is JSON");
        let id = id.map_or(verification["kid"].clone(), |id| json!(id));
        let head = json!({"alg": algorithm, "kid": id, "typ": "JWT"});
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(&head), part(claims));
        let signer = if self.fault == Fault::OtherKey { &key("other", 9) } else { &self.key };
        let signature = signer.sign(&CoreJwsSigningAlgorithm::EdDsa, message.as_bytes());
        let mut signature = signature.expect("the key is for it");
        match self.fault {
            Fault::Signature => signature[7] ^= 1,
            Fault::Unsigned => signature.clear(),
            _ => {}
        }
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}
