//! A process that was started by `farm up` ends with it, however that ended.

use tokio::io::AsyncReadExt as _;

/// Comes back when the process that started this one has gone, as told by the end of stdin.
pub async fn gone() {
    let mut stdin = tokio::io::stdin();
    let mut ignored = [0; 64];
    while stdin.read(&mut ignored).await.is_ok_and(|read| read > 0) {}
}
