//! Whom connections trust: what the system trusts.

use super::NoTransport;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;

/// The set-up of all connections. The certificates are read once: clients that
/// are made with clones of it share them.
///
/// On a machine without root certificates it trusts nobody, and says so:
/// sandboxes can be called, a provider cannot.
pub(super) fn config() -> Result<ClientConfig, NoTransport> {
    // A second installation fails; whoever was first is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut config = match ClientConfig::builder().with_platform_verifier() {
        Ok(builder) => builder.with_no_client_auth(),
        Err(why) if lacks_roots(&why) => {
            tracing::warn!(
                %why,
                "no root certificates on this machine: calls to providers will fail until they are installed (ca-certificates)"
            );
            ClientConfig::builder().with_root_certificates(RootCertStore::empty()).with_no_client_auth()
        }
        Err(why) => return Err(NoTransport(why.to_string())),
    };
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// Whether a verifier could not be made because this machine has no root
/// certificates. It has no kind of its own for that, only a text.
fn lacks_roots(error: &rustls::Error) -> bool {
    matches!(error, rustls::Error::General(text) if text.contains("certificates"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_missing_root_certificates_are_taken_for_missing_root_certificates() {
        let general = |text: &str| rustls::Error::General(text.to_owned());
        assert!(lacks_roots(&general("No CA certificates were loaded from the system")));
        assert!(!lacks_roots(&general("no cipher suites")));
        assert!(!lacks_roots(&rustls::Error::FailedToGetRandomBytes));
    }

    #[test]
    fn connections_may_speak_both_versions_of_http() {
        let config = config().unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(config.alpn_protocols, [b"h2".to_vec(), b"http/1.1".to_vec()]);
    }
}
