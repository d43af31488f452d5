//! Whom a client trusts.

use std::sync::Arc;

use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

/// Trusts the system's certificates, so that a studio's own authority counts. They are only read if `needed`.
pub fn config(needed: bool) -> TlsConfig {
    let found = if needed { rustls_native_certs::load_native_certs().certs } else { Vec::new() };
    let certificates: Vec<_> = found.iter().map(|found| Certificate::from_der(found).to_owned()).collect();
    trusting(&certificates)
}

/// Trusts these certificates of an authority, in PEM, and nobody else.
pub fn of_authority(pem: &[u8]) -> Result<TlsConfig, String> {
    let mut certificates = Vec::new();
    for item in parse_pem(pem) {
        if let PemItem::Certificate(certificate) = item.map_err(|error| error.to_string())? {
            certificates.push(certificate);
        }
    }
    if certificates.is_empty() { Err("no certificate in it".to_owned()) } else { Ok(trusting(&certificates)) }
}

fn trusting(certificates: &[Certificate<'static>]) -> TlsConfig {
    TlsConfig::builder()
        .root_certs(RootCerts::new_with_certs(certificates))
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build()
}
