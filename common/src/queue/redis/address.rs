//! Addresses of a queue: one server, a master that Sentinels watch, or a cluster.

use std::path::PathBuf;

use percent_encoding::percent_decode_str;

use crate::queue::error::{QueueError, Result};

/// A parsed address.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Address {
    pub kind: Kind,
    pub tls: bool,
    pub user: Option<String>,
    pub password: Option<String>,
    pub hosts: Vec<(String, u16)>,
    pub db: i64,
    /// A file of certificates to trust instead of the system's.
    pub ca: Option<PathBuf>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Single,
    Cluster,
    /// The hosts are Sentinels, which know the server by this name and have credentials of their own.
    Sentinel {
        master: String,
        user: Option<String>,
        password: Option<String>,
    },
}

const FORMS: &str = "expected redis://[USER:PASSWORD@]HOST[:PORT][/DB], redis+cluster://HOST[:PORT],…, or \
     redis+sentinel://HOST[:PORT],…/MASTER[/DB]; rediss for TLS";

impl Address {
    pub fn parse(text: &str) -> Result<Self> {
        parse(text).map_err(|reason| QueueError::Address { address: redact(text), reason })
    }
}

fn parse(text: &str) -> std::result::Result<Address, String> {
    let (scheme, rest) = text.split_once("://").ok_or(FORMS)?;
    let (tls, form) = match scheme.split_once('+').unwrap_or((scheme, "single")) {
        ("redis", form) => (false, form),
        ("rediss", form) => (true, form),
        _ => return Err(FORMS.to_owned()),
    };
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (login, hosts) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (user, password) = credentials(login)?;
    let mut query = Query::parse(query)?;
    let (kind, default_port, db) = match form {
        "single" => (Kind::Single, 6379, path),
        "cluster" => (Kind::Cluster, 6379, path),
        "sentinel" => {
            let (master, db) = path.split_once('/').unwrap_or((path, ""));
            if master.is_empty() {
                return Err("the name of the master is missing: redis+sentinel://HOST,…/MASTER".to_owned());
            }
            let (user, password) = (query.take("sentinel_user"), query.take("sentinel_password"));
            (Kind::Sentinel { master: decode(master)?, user, password }, 26379, db)
        }
        _ => return Err(FORMS.to_owned()),
    };
    let hosts: Vec<(String, u16)> = hosts
        .split(',')
        .map(|host| host_and_port(host, default_port))
        .collect::<std::result::Result<_, _>>()?;
    if kind == Kind::Single && hosts.len() > 1 {
        return Err("several hosts need redis+sentinel:// or redis+cluster://".to_owned());
    }
    let db = if db.is_empty() { 0 } else { database(db)? };
    if kind == Kind::Cluster && db != 0 {
        return Err("a cluster has only database 0".to_owned());
    }
    let ca = query.take("ca").map(PathBuf::from);
    query.nothing_left()?;
    Ok(Address { kind, tls, user, password, hosts, db, ca })
}

/// `USER:PASSWORD`, `:PASSWORD` or nothing, with `%` escapes.
fn credentials(login: &str) -> std::result::Result<(Option<String>, Option<String>), String> {
    let (user, password) = match login.split_once(':') {
        Some((user, password)) => (user, Some(decode(password)?)),
        None => (login, None),
    };
    Ok(((!user.is_empty()).then(|| decode(user)).transpose()?, password))
}

fn host_and_port(text: &str, default_port: u16) -> std::result::Result<(String, u16), String> {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, port) = rest.split_once(']').ok_or_else(|| format!("host {text:?}: ] is missing"))?;
            (host, port.strip_prefix(':'))
        }
        None => text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port))),
    };
    let port = match port {
        Some(port) => port.parse().map_err(|_| format!("port {port:?}: 1 to 65535"))?,
        None => default_port,
    };
    if host.is_empty() {
        return Err(format!("a host is missing; {FORMS}"));
    }
    Ok((host.to_owned(), port))
}

fn database(text: &str) -> std::result::Result<i64, String> {
    let small = text.parse::<u16>().map_err(|_| format!("database {text:?}: a number such as 0"))?;
    Ok(i64::from(small))
}

fn decode(text: &str) -> std::result::Result<String, String> {
    let decoded = percent_decode_str(text).decode_utf8();
    decoded.map(String::from).map_err(|_| "escapes that are no UTF-8".to_owned())
}

/// What follows the `?`.
struct Query(Vec<(String, String)>);

impl Query {
    fn parse(text: &str) -> std::result::Result<Self, String> {
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        let pair = |pair: &str| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Ok((name.to_owned(), decode(value)?))
        };
        Ok(Self(pairs.map(pair).collect::<std::result::Result<_, String>>()?))
    }

    fn take(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(n, _)| n == name)?;
        Some(self.0.remove(at).1)
    }

    fn nothing_left(self) -> std::result::Result<(), String> {
        match self.0.first() {
            None => Ok(()),
            Some((name, _)) => Err(format!(
                "parameter {name:?}: there are ca, and with Sentinels sentinel_user, sentinel_password"
            )),
        }
    }
}

/// An address without what is secret in it.
fn redact(text: &str) -> String {
    let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
    let rest = rest.split('?').next().unwrap_or_default();
    let open = rest.rsplit_once('@').map_or(rest, |(_, open)| open);
    if scheme.is_empty() { open.to_owned() } else { format!("{scheme}://{open}") }
}

impl std::fmt::Display for Address {
    /// Without credentials.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let hosts: Vec<String> = self.hosts.iter().map(|(host, port)| format!("{host}:{port}")).collect();
        let (form, master) = match &self.kind {
            Kind::Single => ("", String::new()),
            Kind::Cluster => ("+cluster", String::new()),
            Kind::Sentinel { master, .. } => ("+sentinel", format!("/{master}")),
        };
        write!(f, "redis{}{form}://{}{master}", if self.tls { "s" } else { "" }, hosts.join(","))
    }
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Address {
        Address::parse(text).unwrap()
    }

    #[test]
    fn one_server() {
        let plain = parse("redis://localhost");
        assert_eq!((plain.hosts, plain.db, plain.tls), (vec![("localhost".to_owned(), 6379)], 0, false));
        let full = parse("rediss://farm:p%40ss@[::1]:7000/3?ca=/etc/ca.pem");
        assert_eq!((full.user.as_deref(), full.password.as_deref()), (Some("farm"), Some("p@ss")));
        assert_eq!((full.hosts, full.db, full.tls), (vec![("::1".to_owned(), 7000)], 3, true));
        assert_eq!(full.ca, Some("/etc/ca.pem".into()));
        assert_eq!(parse("redis://:secret@h").password.as_deref(), Some("secret"));
    }

    #[test]
    fn sentinels_and_clusters() {
        let sentinel = parse("redis+sentinel://a,b:1/mymaster/2?sentinel_password=x");
        assert_eq!(sentinel.hosts, [("a".to_owned(), 26379), ("b".to_owned(), 1)]);
        assert_eq!(sentinel.db, 2);
        let kind = Kind::Sentinel { master: "mymaster".into(), user: None, password: Some("x".into()) };
        assert_eq!(sentinel.kind, kind);
        assert_eq!(parse("rediss+cluster://a,b").hosts.len(), 2);
    }

    #[test]
    fn what_is_wrong_is_told_without_secrets() {
        let cases = [
            ("localhost:6379", "expected redis://"),
            ("http://h", "expected redis://"),
            ("redis://h:99999", "port \"99999\""),
            ("redis://a,b", "several hosts"),
            ("redis+sentinel://a", "name of the master is missing"),
            ("redis://u:secret@h?tls=1", "parameter \"tls\""),
            ("redis+cluster://h/1", "only database 0"),
            ("redis://u:secret@", "a host is missing"),
        ];
        for (text, expected) in cases {
            let error = Address::parse(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
            assert!(!error.contains("secret"), "{error}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_parsed_or_refused(text in "(redis(s)?(\\+(sentinel|cluster))?://)?[ -~]{0,40}") {
            if let Ok(address) = Address::parse(&text) {
                prop_assert!(!address.hosts.is_empty());
                prop_assert!(Address::parse(&address.to_string()).is_ok());
            }
        }
    }
}
