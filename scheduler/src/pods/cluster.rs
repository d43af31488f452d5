//! The one thing that is asked of a cluster.

use std::path::PathBuf;

use serde_json::json;

/// What a controller looks at when it has pods too many: the lowest goes first.
const ANNOTATION: &str = "controller.kubernetes.io/pod-deletion-cost";

/// The API of a cluster, as a service account uses it.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// Its address, without a slash at the end.
    pub url: String,
    /// Where the workers are.
    pub namespace: String,
    /// The file of the token, which is read anew each time: the cluster replaces it every hour or so.
    pub token: PathBuf,
    /// What sends requests, with its own limit of time.
    pub agent: ureq::Agent,
}

impl Cluster {
    /// Says what it costs to take a pod away. A pod that is not there any more costs nothing.
    ///
    /// # Errors
    /// Why it was not taken, in words.
    pub async fn tell(&self, pod: &str, cost: i32) -> Result<(), String> {
        let url = format!("{}/api/v1/namespaces/{}/pods/{pod}", self.url, self.namespace);
        let change = json!({ "metadata": { "annotations": { ANNOTATION: cost.to_string() } } }).to_string();
        let (agent, path) = (self.agent.clone(), self.token.clone());
        let send = move || {
            let token =
                std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            let request = agent.patch(&url).header("authorization", format!("Bearer {}", token.trim()));
            let request = request.header("content-type", "application/merge-patch+json");
            request.send(change).map_err(|error| error.to_string())
        };
        let answer = tokio::task::spawn_blocking(send).await.map_err(|error| error.to_string())??;
        match answer.status().as_u16() {
            200 | 404 => Ok(()),
            401 | 403 => Err(format!("it answers {}; may the service account patch pods?", answer.status())),
            _ => Err(format!("it answers {}", answer.status())),
        }
    }
}
