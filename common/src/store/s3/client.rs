//! The client of the SDK, set up.

use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_config::Region;
use aws_config::environment::region::EnvironmentVariableRegionProvider;
use aws_config::meta::region::RegionProviderChain;
use aws_config::retry::RetryConfig;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::timeout::TimeoutConfig;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::{RequestChecksumCalculation, ResponseChecksumValidation};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};

use super::options::{S3Options, is_aws};

/// A host that does not answer is tried again soon.
const CONNECT: Duration = Duration::from_secs(5);
/// Longest pause between two attempts.
const LONGEST_BACKOFF: Duration = Duration::from_secs(20);

/// Makes the client. Without credentials of our own, those of the environment are looked for: variables, profile,
/// web identity, container, instance.
pub(super) async fn connect(options: &S3Options, credentials: Option<SharedCredentialsProvider>) -> Client {
    let http = Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(http)
        .retry_config(retries(options))
        .timeout_config(timeouts(options))
        // Our own timeouts bound every transfer; a second watch would end slow ones that are within them.
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
    if let Some(credentials) = credentials {
        loader = loader.credentials_provider(credentials);
    }
    if let Some(endpoint) = &options.endpoint {
        loader = loader.endpoint_url(endpoint);
    }
    loader = match (&options.region, &options.endpoint) {
        (Some(region), _) => loader.region(Region::new(region.clone())),
        // Other servers want some region in the signature; we do not ask the instance for it, as AWS may be far.
        (None, Some(_)) => loader.region(
            RegionProviderChain::first_try(EnvironmentVariableRegionProvider::new())
                .or_else(Region::from_static("us-east-1")),
        ),
        (None, None) => loader,
    };
    let shared = loader.load().await;
    let endpoint = shared.endpoint_url();
    let mut config = aws_sdk_s3::config::Builder::from(&shared)
        .force_path_style(options.path_style.unwrap_or(endpoint.is_some()));
    if !is_aws(endpoint) {
        config = config
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired);
    }
    Client::from_conf(config.build())
}

fn retries(options: &S3Options) -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(options.attempts)
        .with_initial_backoff(options.backoff)
        .with_max_backoff(LONGEST_BACKOFF)
}

fn timeouts(options: &S3Options) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT.min(options.attempt_timeout))
        .operation_attempt_timeout(options.attempt_timeout)
        .operation_timeout(options.timeout)
        .build()
}
