//! Where a browser ends the session that it has at the provider, as RP-Initiated Logout 1.0 has it.

use openidconnect::core::{
    CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType,
    CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm,
    CoreResponseMode, CoreResponseType, CoreSubjectIdentifierType,
};
use openidconnect::url::Url;
use openidconnect::{
    AdditionalProviderMetadata, ClientId, EndSessionUrl, LogoutRequest, PostLogoutRedirectUrl,
    ProviderMetadata,
};
use serde::{Deserialize, Serialize};

use crate::people::config::is_safe;

/// What a provider says of itself.
pub type Metadata = ProviderMetadata<
    Leaving,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// The place that it names. Whatever stands there, it keeps nobody from logging in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Leaving {
    end_session_endpoint: Option<serde_json::Value>,
}

impl AdditionalProviderMetadata for Leaving {}

/// Where one logs out of a client, to come back to `left`; `None` if the provider names no place that a link may lead to.
pub fn url(metadata: &Metadata, client: ClientId, left: PostLogoutRedirectUrl) -> Option<String> {
    let place = metadata.additional_metadata().end_session_endpoint.as_ref()?.as_str()?;
    let place = Url::parse(place).ok().filter(is_safe)?;
    let asked = LogoutRequest::from(EndSessionUrl::from_url(place))
        .set_client_id(client)
        .set_post_logout_redirect_uri(left);
    Some(asked.http_get_url().into())
}
