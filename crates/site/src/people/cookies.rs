//! Cookies: what browsers keep for us, out of reach of scripts and of other sites.

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use cookie::{Cookie, SameSite, time};

use super::secret::Secret;

/// Kinds of cookies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Somebody is logged in.
    Session,
    /// Somebody is on their way to the provider and back.
    Login,
}

impl Kind {
    /// Browsers take a cookie with `__Host-` from nobody but this host, encrypted, for all of its paths.
    const fn name(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Kind::Session, true) => "__Host-trueup",
            (Kind::Session, false) => "trueup",
            (Kind::Login, true) => "__Host-trueup-login",
            (Kind::Login, false) => "trueup-login",
        }
    }

    /// The cookie that a browser sent. If it sent several of the name, one was slipped in, and none counts.
    pub fn read(self, headers: &HeaderMap, secure: bool) -> Option<Secret> {
        let sent = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let cookies = sent.flat_map(Cookie::split_parse).filter_map(Result::ok);
        let mut ours = cookies.filter(|cookie| cookie.name() == self.name(secure));
        let first = ours.next()?;
        if ours.next().is_some() { None } else { Secret::read(first.value()) }
    }

    /// The header that has a browser keep it.
    pub fn set(self, secret: &Secret, secure: bool) -> HeaderValue {
        header(Cookie::build((self.name(secure), secret.text())), secure)
    }

    /// The header that has a browser forget it.
    pub fn clear(self, secure: bool) -> HeaderValue {
        let gone = Cookie::build((self.name(secure), "")).max_age(time::Duration::ZERO);
        header(gone, secure)
    }
}

fn header(cookie: cookie::CookieBuilder<'_>, secure: bool) -> HeaderValue {
    // `Strict` would not be sent on the way back from the provider.
    let cookie = cookie.path("/").http_only(true).same_site(SameSite::Lax).secure(secure);
    HeaderValue::try_from(cookie.build().to_string()).expect("names and values are plain")
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;
    use axum::http::header::COOKIE;

    use super::{Kind, Secret};

    #[test]
    fn a_cookie_is_for_this_host_alone() {
        let secret = Secret::new();
        let value = secret.text();
        let set = |secure| Kind::Session.set(&secret, secure);
        assert_eq!(
            set(true),
            format!("__Host-trueup={value}; HttpOnly; SameSite=Lax; Secure; Path=/").as_str()
        );
        assert_eq!(set(false), format!("trueup={value}; HttpOnly; SameSite=Lax; Path=/").as_str());
        let cleared = Kind::Login.clear(true);
        assert!(cleared.to_str().is_ok_and(|text| text.contains("Max-Age=0")), "{cleared:?}");

        let read = |sent: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(COOKIE, sent.parse().expect("it is plain"));
            Kind::Session.read(&headers, true).is_some()
        };
        assert!(read(&format!("a=b; __Host-trueup={value}")));
        assert!(!read(&format!("__Host-trueup={value}; __Host-trueup={value}")));
        assert!(!read(&format!("trueup={value}")) && !read("__Host-trueup=x") && !read(""));
    }
}
