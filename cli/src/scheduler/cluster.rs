//! The cluster that is told which workers are busy, as command line and service account say.

use std::path::Path;
use std::time::Duration;

use scheduler::pods::Cluster;
use ureq::Agent;
use ureq::http::Uri;

use crate::args::SchedulerArgs;
use crate::client::tls;
use crate::exit::CliError;

/// Where a pod finds its service account.
const ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";
/// How long the cluster may take to answer.
const WHOLE: Duration = Duration::from_secs(5);

/// The cluster, if there is one.
pub fn cluster(args: &SchedulerArgs) -> Result<Option<Cluster>, CliError> {
    args.kubernetes.as_deref().map(|url| open(url, Path::new(ACCOUNT))).transpose()
}

fn open(url: &str, account: &Path) -> Result<Cluster, CliError> {
    let scheme = url.parse::<Uri>().ok().and_then(|uri| uri.scheme_str().map(str::to_owned));
    if scheme.as_deref() != Some("https") {
        let message =
            format!("{url:?}: expected https://HOST, such as https://kubernetes.default.svc (--kubernetes)");
        return Err(CliError::Usage(message));
    }
    let read = |name: &str| {
        let path = account.join(name);
        std::fs::read(&path).map_err(|error| {
            let remedy =
                "run the scheduler in a pod whose service account has its token, or without --kubernetes";
            CliError::Usage(format!("{}: {error}; {remedy}", path.display()))
        })
    };
    let (namespace, authority) = (read("namespace")?, read("ca.crt")?);
    let tls = tls::of_authority(&authority)
        .map_err(|error| CliError::Usage(format!("{}: {error}", account.join("ca.crt").display())))?;
    let config = Agent::config_builder()
        .timeout_global(Some(WHOLE))
        .tls_config(tls)
        .max_redirects(0)
        .http_status_as_error(false);
    Ok(Cluster {
        url: url.trim_end_matches('/').to_owned(),
        namespace: String::from_utf8_lossy(&namespace).trim().to_owned(),
        token: account.join("token"),
        agent: config.build().into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_needs_an_address_and_a_service_account() {
        let dir = tempfile::tempdir().unwrap();
        let said = |url: &str| open(url, dir.path()).unwrap_err().to_string();
        assert!(said("http://kubernetes").contains("expected https://HOST"));
        assert!(said("https://kubernetes").contains("namespace"));
        std::fs::write(dir.path().join("namespace"), "farm\n").unwrap();
        std::fs::write(dir.path().join("ca.crt"), "no certificate").unwrap();
        assert!(said("https://kubernetes").contains("ca.crt: no certificate"));
    }
}
