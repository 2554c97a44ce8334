//! Access files: what is needed, and what is said of one that is wrong.

use jiff::SignedDuration;

use super::{Access, Viewers, is_this_machine};

const LEAST: &str = "public_url = \"https://trueup.example.com\"\nissuer = \"https://login.example.com\"\n\
                     client_id = \"trueup\"\n";

fn error(text: &str) -> String {
    Access::parse("access.toml", text).expect_err("it is wrong").to_string()
}

#[test]
fn the_least_is_enough_and_the_rest_has_defaults() {
    let access = Access::parse("access.toml", LEAST).expect("it is all that is needed");
    assert_eq!(access.origin(), "https://trueup.example.com");
    assert_eq!(access.scopes, ["openid", "email", "profile"]);
    assert_eq!(access.viewers, Viewers::All);
    assert_eq!(access.lengths.idle, SignedDuration::from_hours(12));
    assert!(access.admits("anybody@anywhere.org") && !access.is_admin("anybody@anywhere.org"));
}

#[test]
fn domains_admit_their_own_and_admins() {
    let text = format!("{LEAST}admins = [\"Ana@Else.org\"]\ndomains = [\"Example.com\"]\n");
    let access = Access::parse("access.toml", &text).expect("it is right");
    for (email, admitted) in [
        ("bo@example.com", true),
        ("BO@EXAMPLE.COM", true),
        ("ana@else.org", true),
        ("bo@else.org", false),
        ("bo@sub.example.com", false),
        ("bo@example.com@else.org", false),
        ("example.com", false),
    ] {
        assert_eq!(access.admits(email), admitted, "{email}");
    }
    assert!(access.is_admin("ANA@else.org"));
}

#[test]
fn what_is_wrong_is_named_with_its_line() {
    for (text, expected) in [
        ("a = ", "access.toml:1: no TOML: "),
        ("", "access.toml:1: `public_url` is missing"),
        ("\nadmin = []", "access.toml:2: `admin` is no field here; there are `public_url`, "),
        (
            &format!("{LEAST}admins = [\"ana\"]"),
            "access.toml:4: `admins` lists e-mails; `ana` is none",
        ),
        (&format!("{LEAST}admins = \"a@b.c\""), "access.toml:4: `admins` is a list of texts"),
        (&format!("{LEAST}scopes = [\"openid\"]"), "access.toml:4: `scopes` needs `email`"),
        (
            &format!("{LEAST}viewers = \"none\""),
            "access.toml:4: `viewers` is `\"all\"` or `\"listed\"`",
        ),
        (
            &format!("{LEAST}idle_hours = 0"),
            "access.toml:4: `idle_hours` is a whole number of hours",
        ),
        (&format!("{LEAST}behind_proxy = 1"), "access.toml:4: `behind_proxy` is `true` or `false`"),
        (
            &LEAST.replace("https://t", "http://t"),
            "access.toml:1: `public_url` begins with `https://`",
        ),
        (
            &LEAST.replace(".com\"\ni", ".com/x\"\ni"),
            "access.toml:1: `public_url` names a host without",
        ),
        (&LEAST.replace("https://login.example.com", "login"), "access.toml:2: `issuer` is no URL"),
    ] {
        let error = error(text);
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn this_machine_goes_by_few_names() {
    for (host, is) in [
        ("localhost", true),
        ("LOCALHOST.", true),
        ("a.localhost", true),
        ("127.0.0.1", true),
        ("127.9.9.9", true),
        ("[::1]", true),
        ("localhost.example.com", false),
        ("127.0.0.1.nip.io", false),
        ("0.0.0.0", false),
        ("192.168.1.2", false),
        ("", false),
    ] {
        assert_eq!(is_this_machine(host), is, "{host}");
    }
}
