//! An episode of 300 cuts and 5,100 drawings.

use std::time::{Duration, Instant};

use common::farm::manifest::ManifestDrawing;
use common::ids::EpisodeId;

use super::studio::{BLUE, RED, Studio, clip, line, painted};
use crate::http::site::READ;

const CUTS: usize = 300;
const DRAWINGS: usize = 17;

/// All painted; drawings share their files, keys and jobs are as many as they say.
async fn episode(studio: &Studio) -> EpisodeId {
    let drawn = studio.put(&line(0)).await;
    let given = studio.put(&painted(&line(0), &[RED, BLUE, RED])).await;
    let drawing = |cut: usize, i: usize| ManifestDrawing {
        key: format!("c{cut:03}/A/{i}.png"),
        line: drawn.clone(),
        painted: (i == 0).then(|| given.clone()),
        corrected: false,
    };
    let one = |cut: usize| {
        let drawings = (0..DRAWINGS).map(|i| drawing(cut, i)).collect();
        clip(&format!("c{cut:03}"), drawings, DRAWINGS as u32)
    };
    let id = studio.submit((0..CUTS).map(one).collect()).await;
    studio.pretend_all().await;
    id
}

#[tokio::test]
async fn its_pages_open_at_once_and_ask_for_no_drawing() {
    let studio = Studio::new().await;
    let id = episode(&studio).await;
    let browser = studio.browser(READ).await;
    let pages = [
        ("/".to_owned(), 60),
        (format!("/episodes/{id}"), 60),
        (format!("/episodes/{id}?page=4"), 60),
        (format!("/episodes/{id}/clip?name=c123%2FA"), 17),
    ];
    // The commits are read when the episode is first looked at, one for each job, and remembered.
    studio.store.calls();
    let first = browser.get(&format!("/episodes/{id}?page=1")).await;
    let calls = studio.store.calls();
    assert!(first.status.is_success() && calls <= CUTS + 8, "{calls} calls");
    for (page, pictures) in pages {
        // What is remembered for a moment does not count.
        tokio::time::sleep(Duration::from_millis(950)).await;
        studio.store.calls();
        let start = Instant::now();
        let html = browser.get(&page).await.text();
        let (took, calls) = (start.elapsed(), studio.store.calls());
        // Told, not asserted: how long a page takes says as much of the machine as of the page.
        eprintln!("{page}: {took:?}");
        assert!(calls <= 8, "{page}: {calls} calls");
        assert!(html.matches("loading=\"lazy\"").count() <= pictures, "{page}");
        assert!(html.len() < 200_000, "{page}: {} bytes", html.len());
    }
}
