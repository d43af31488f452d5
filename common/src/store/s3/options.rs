//! How a bucket is reached.

use std::time::Duration;

use super::super::key::StoreKey;

/// Where a bucket is and how it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct S3Options {
    /// Name of the bucket.
    pub bucket: String,
    /// What all keys begin with, without the slash behind it.
    pub prefix: Option<StoreKey>,
    /// Address of a server that is not that of AWS.
    pub endpoint: Option<String>,
    /// Region; without one, what the environment says.
    pub region: Option<String>,
    /// Whether the bucket stands in the path instead of the host name; without a word, where there is an endpoint.
    pub path_style: Option<bool>,
    /// How objects are encrypted, if the bucket's own setting is not enough.
    pub encryption: Option<Encryption>,
    /// Longest time for one attempt: one request, or the content of one object.
    pub attempt_timeout: Duration,
    /// Longest time for a request with all its attempts.
    pub timeout: Duration,
    /// Longest pause before the second attempt; it doubles from one attempt to the next.
    pub backoff: Duration,
    /// Attempts in all.
    pub attempts: u32,
    /// Most operations at a time.
    pub concurrency: u32,
}

/// Encryption by the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// With keys of S3.
    S3,
    /// With a key of KMS: that of the name, or the one of the account.
    Kms(Option<String>),
}

impl S3Options {
    /// A bucket of AWS, used with care for a loaded store.
    #[must_use]
    pub fn new(bucket: &str) -> Self {
        Self {
            bucket: bucket.to_owned(),
            prefix: None,
            endpoint: None,
            region: None,
            path_style: None,
            encryption: None,
            attempt_timeout: Duration::from_secs(30),
            timeout: Duration::from_secs(120),
            backoff: Duration::from_millis(500),
            attempts: 4,
            concurrency: 64,
        }
    }

    /// The name of the store in messages.
    pub(super) fn name(&self) -> String {
        match &self.prefix {
            None => format!("s3://{}", self.bucket),
            Some(prefix) => format!("s3://{}/{prefix}", self.bucket),
        }
    }
}

/// Whether an endpoint is one of AWS, whose checksums other servers do not all understand.
pub(super) fn is_aws(endpoint: Option<&str>) -> bool {
    let Some(endpoint) = endpoint else { return true };
    let host = url::Url::parse(endpoint).ok().and_then(|url| url.host_str().map(str::to_owned));
    host.is_some_and(|host| host.ends_with(".amazonaws.com") || host.ends_with(".amazonaws.com.cn"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aws_is_known_by_its_host() {
        assert!(is_aws(None));
        assert!(is_aws(Some("https://s3.eu-west-1.amazonaws.com")));
        assert!(!is_aws(Some("https://s3.amazonaws.com.example.org")));
        assert!(!is_aws(Some("http://127.0.0.1:9000/amazonaws.com")));
    }
}
