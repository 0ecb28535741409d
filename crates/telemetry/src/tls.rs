/// Makes ring the TLS provider of this process, once. Must precede the building of any reqwest client.
pub fn install_tls_provider() {
    // An error says that there is one already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
