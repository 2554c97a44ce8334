//! Style and script, each under a name that changes with what is in it, so that browsers keep them for ever.

use std::sync::LazyLock;

/// A file that pages load.
#[derive(Debug)]
pub struct Asset {
    /// On a server: `/assets/trueup.0123456789abcdef.css`.
    pub path: String,
    pub kind: &'static str,
    pub bytes: &'static [u8],
}

/// All of them.
pub static ASSETS: LazyLock<[Asset; 3]> = LazyLock::new(|| {
    [
        asset("trueup", "css", "text/css; charset=utf-8", include_bytes!("../assets/trueup.css")),
        asset(
            "trueup",
            "js",
            "text/javascript; charset=utf-8",
            include_bytes!("../assets/trueup.js"),
        ),
        asset("mark", "svg", "image/svg+xml", include_bytes!("../assets/mark.svg")),
    ]
});

fn asset(name: &str, ending: &str, kind: &'static str, bytes: &'static [u8]) -> Asset {
    let digest = blake3::hash(bytes).to_hex();
    Asset { path: format!("/assets/{name}.{}.{ending}", &digest[..16]), kind, bytes }
}

/// The asset of a path.
#[must_use]
pub fn find(path: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.path == path)
}
