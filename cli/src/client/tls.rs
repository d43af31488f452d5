//! Whom a client trusts.

use std::sync::Arc;

use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// Trusts the system's certificates, so that a studio's own authority counts. They are only read if `needed`.
pub fn config(needed: bool) -> TlsConfig {
    let found = if needed { rustls_native_certs::load_native_certs().certs } else { Vec::new() };
    let certificates: Vec<_> = found.iter().map(|found| Certificate::from_der(found).to_owned()).collect();
    TlsConfig::builder()
        .root_certs(RootCerts::new_with_certs(&certificates))
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build()
}
