//! `shiage farm s3`: a folder as S3.

use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::parent::gone;
use crate::args::S3Args;
use crate::exit::{CliError, Exit};

/// Runs `shiage farm s3` until it is asked to end.
pub async fn run(args: &S3Args) -> Result<Exit, CliError> {
    let listener = TcpListener::bind(args.listen)
        .await
        .map_err(|source| CliError::Listen { address: args.listen, source })?;
    let mut terminate = signal(SignalKind::terminate()).map_err(CliError::Start)?;
    let parent = async {
        if args.with_parent {
            gone().await;
        } else {
            std::future::pending::<()>().await;
        }
    };
    let served = common::s3_server::serve_folder(listener, &args.root, &args.access_key, &args.secret_key);
    tokio::select! {
        served = served => served.map_err(|error| CliError::Start(std::io::Error::other(error)))?,
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
        () = parent => {}
    }
    Ok(Exit::Done)
}
