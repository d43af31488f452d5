//! Addresses of stores.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use percent_encoding::percent_decode_str;

use super::error::{StoreError, StoreErrorKind};
use super::key::StoreKey;
use super::s3::{Encryption, S3Options};

/// The address of a store, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreUrl {
    /// A folder.
    Fs(PathBuf),
    /// A bucket, or what is below a prefix in it.
    S3(Box<S3Options>),
}

impl FromStr for StoreUrl {
    type Err = StoreError;

    fn from_str(address: &str) -> Result<Self, StoreError> {
        parse(address).map_err(|reason| {
            StoreError::new(StoreErrorKind::Address, "address of the store", hide_user(address), reason)
        })
    }
}

/// Credentials have no place in an address; where someone put them, they do not go into messages.
fn hide_user(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return address.to_owned() };
    match rest.split_once('@') {
        Some((_, host)) => format!("{scheme}://…@{host}"),
        None => address.to_owned(),
    }
}

fn parse(address: &str) -> Result<StoreUrl, String> {
    match address.split_once("://") {
        None if address.is_empty() => Err("it is empty".to_owned()),
        None => Ok(StoreUrl::Fs(PathBuf::from(address))),
        Some(("file", _)) => parse_file(address),
        Some(("s3", rest)) => parse_s3(rest).map(|options| StoreUrl::S3(Box::new(options))),
        Some((scheme, _)) => Err(format!("{scheme}:// is unknown; expected a folder, file:// or s3://")),
    }
}

fn parse_file(address: &str) -> Result<StoreUrl, String> {
    let parsed = url::Url::parse(address).map_err(|error| error.to_string())?;
    if parsed.query().is_some() || parsed.fragment().is_some() {
        return Err("a folder takes no parameters (write ? as %3F and # as %23)".to_owned());
    }
    let path = parsed.to_file_path().map_err(|()| "expected file:///folder".to_owned())?;
    Ok(StoreUrl::Fs(path))
}

fn parse_s3(rest: &str) -> Result<S3Options, String> {
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    if place.contains('@') {
        return Err("credentials come from the environment, not from the address".to_owned());
    }
    let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
    if !is_bucket(bucket) {
        return Err(format!("bucket {bucket:?}: expected 3 to 63 letters, digits, dots and hyphens"));
    }
    let mut options = S3Options::new(bucket);
    let prefix = decode(prefix)?;
    let prefix = prefix.trim_end_matches('/');
    if !prefix.is_empty() {
        options.prefix = Some(prefix.parse::<StoreKey>().map_err(|error| error.to_string())?);
    }
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').ok_or_else(|| format!("{pair}: expected name=value"))?;
        set(&mut options, name, &decode(value)?)?;
    }
    Ok(options)
}

/// The rule of S3, and the upper-case letters and underscores of old buckets and other servers.
fn is_bucket(text: &str) -> bool {
    (3..=63).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
}

fn decode(text: &str) -> Result<String, String> {
    let decoded = percent_decode_str(text).decode_utf8().map_err(|_| format!("{text}: not UTF-8"))?;
    Ok(decoded.into_owned())
}

fn set(options: &mut S3Options, name: &str, value: &str) -> Result<(), String> {
    match name {
        "endpoint" => options.endpoint = Some(endpoint(value)?),
        "region" => options.region = Some(word(name, value)?),
        "path_style" => options.path_style = Some(flag(name, value)?),
        "sse" => options.encryption = Some(encryption(value)?),
        "attempt_timeout" => options.attempt_timeout = duration(name, value)?,
        "timeout" => options.timeout = duration(name, value)?,
        "backoff" => options.backoff = duration(name, value)?,
        "attempts" => options.attempts = count(name, value, 100)?,
        "concurrency" => options.concurrency = count(name, value, 4096)?,
        _ => {
            return Err(format!(
                "parameter {name} is unknown; there are endpoint, region, path_style, sse, attempt_timeout, \
                 timeout, backoff, attempts and concurrency"
            ));
        }
    }
    Ok(())
}

fn endpoint(value: &str) -> Result<String, String> {
    if value.contains('@') {
        return Err("endpoint: credentials come from the environment, not from the address".to_owned());
    }
    let usable = url::Url::parse(value)
        .is_ok_and(|parsed| matches!(parsed.scheme(), "http" | "https") && parsed.query().is_none());
    if usable {
        Ok(value.to_owned())
    } else {
        Err(format!("endpoint {value}: expected such as https://host:port"))
    }
}

fn word(name: &str, value: &str) -> Result<String, String> {
    if !value.is_empty() && value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        return Ok(value.to_owned());
    }
    Err(format!("{name} {value:?}: expected letters, digits and hyphens"))
}

fn flag(name: &str, value: &str) -> Result<bool, String> {
    value.parse().map_err(|_| format!("{name} {value:?}: expected true or false"))
}

fn encryption(value: &str) -> Result<Encryption, String> {
    match value.split_once(':') {
        None if value == "s3" => Ok(Encryption::S3),
        None if value == "kms" => Ok(Encryption::Kms(None)),
        Some(("kms", key)) if !key.is_empty() && key.bytes().all(|b| b.is_ascii_graphic()) => {
            Ok(Encryption::Kms(Some(key.to_owned())))
        }
        _ => Err(format!("sse {value:?}: expected s3, kms or kms:KEY")),
    }
}

fn duration(name: &str, value: &str) -> Result<Duration, String> {
    let wrong = || format!("{name} {value:?}: expected such as 30s or 500ms, from 1ms to 1h");
    let (number, unit) = match (value.strip_suffix("ms"), value.strip_suffix('s')) {
        (Some(number), _) => (number, 1),
        (None, Some(number)) => (number, 1000),
        (None, None) => return Err(wrong()),
    };
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let millis = number.checked_mul(unit).filter(|millis| (1..=3_600_000).contains(millis));
    millis.map(Duration::from_millis).ok_or_else(wrong)
}

fn count(name: &str, value: &str, most: u32) -> Result<u32, String> {
    let number = value.parse().ok().filter(|number| (1..=most).contains(number));
    number.ok_or_else(|| format!("{name} {value:?}: expected 1 to {most}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn s3(address: &str) -> S3Options {
        match address.parse() {
            Ok(StoreUrl::S3(options)) => *options,
            other => panic!("{address}: {other:?}"),
        }
    }

    fn refused(address: &str) -> String {
        let error = address.parse::<StoreUrl>().unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Address);
        error.to_string()
    }

    #[test]
    fn folders_are_read() {
        let fs = |path: &str| StoreUrl::Fs(PathBuf::from(path));
        assert_eq!("farm/out".parse::<StoreUrl>().unwrap(), fs("farm/out"));
        assert_eq!("file:///mnt/a%20b".parse::<StoreUrl>().unwrap(), fs("/mnt/a b"));
        assert!(refused("file://host/farm").contains("expected file:///folder"));
        assert!(refused("file:///farm?x=1").contains("no parameters"));
        assert!(refused("").contains("empty"));
        assert!(refused("gs://bucket").contains("gs:// is unknown"));
    }

    #[test]
    fn buckets_are_read() {
        let plain = s3("s3://frames");
        assert_eq!(plain, S3Options::new("frames"));
        let full = s3(
            "s3://frames/farm/a%20b/?endpoint=http%3A%2F%2F10.0.0.1%3A9000&region=eu-west-1&path_style=false\
                       &sse=kms:alias/farm&attempt_timeout=5s&timeout=1500ms&backoff=50ms&attempts=7&concurrency=9",
        );
        assert_eq!(full.prefix.unwrap().as_str(), "farm/a b");
        assert_eq!(full.endpoint.unwrap(), "http://10.0.0.1:9000");
        assert_eq!(full.region.unwrap(), "eu-west-1");
        assert_eq!(full.path_style, Some(false));
        assert_eq!(full.encryption, Some(Encryption::Kms(Some("alias/farm".to_owned()))));
        assert_eq!(
            (full.attempt_timeout, full.timeout),
            (Duration::from_secs(5), Duration::from_millis(1500))
        );
        assert_eq!((full.backoff, full.attempts, full.concurrency), (Duration::from_millis(50), 7, 9));
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert!(refused("s3://frames?regoin=x").contains("parameter regoin is unknown"));
        assert!(refused("s3://frames?path_style=yes").contains("path_style \"yes\": expected true or false"));
        assert!(refused("s3://frames?timeout=0s").contains("timeout \"0s\""));
        assert!(refused("s3://frames?timeout=30").contains("expected such as 30s"));
        assert!(refused("s3://frames?attempts=0").contains("expected 1 to 100"));
        assert!(refused("s3://frames?endpoint=10.0.0.1").contains("https://host:port"));
        assert!(refused("s3://frames?sse=aes").contains("expected s3, kms or kms:KEY"));
        assert!(refused("s3://f").contains("bucket \"f\""));
        assert!(refused("s3://frames/../x").contains(". or .."));
    }

    #[test]
    fn credentials_do_not_go_into_messages() {
        let message = refused("s3://KEY:secret@frames");
        assert!(message.contains("come from the environment"), "{message}");
        assert!(!message.contains("secret"), "{message}");
        let message = refused("s3://frames?endpoint=http://KEY:secret@10.0.0.1");
        assert!(!message.contains("secret"), "{message}");
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in prop_oneof![
            ".{0,60}",
            "(s3|file)://[a-z%./@]{0,20}(\\?[a-z_]{0,15}=[a-z0-9:%&/]{0,20})?",
            "s3://frames\\?(timeout|attempts|sse|endpoint|path_style)=.{0,12}",
        ]) {
            if let Err(error) = text.parse::<StoreUrl>() {
                prop_assert_eq!(error.kind(), StoreErrorKind::Address);
            }
        }
    }
}
