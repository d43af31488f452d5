//! What pages show.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};

use super::studio::{RED, Studio};
use crate::http::site::{ADMIN, READ};

/// The value of an attribute after some text.
fn attribute(html: &str, after: &str, name: &str) -> String {
    let (_, rest) = html.split_once(after).unwrap_or_else(|| panic!("no {after} in {html}"));
    let (_, rest) = rest.split_once(&format!(" {name}=\"")).unwrap_or_else(|| panic!("no {name} in {rest}"));
    rest.split('"').next().unwrap().replace("&amp;", "&")
}

#[tokio::test]
async fn a_farm_an_episode_and_a_clip_are_shown() {
    let studio = Studio::new().await;
    let id = studio.chain(5).await;
    let browser = studio.browser(READ).await;
    let farm = browser.get("/").await.text();
    assert!(farm.contains("Akiko") && farm.contains("running"), "{farm}");
    let episode = browser.get(&format!("/episodes/{id}")).await.text();
    assert!(episode.contains("c1/A") && episode.contains("1 / 5"), "{episode}");
    studio.paint_all().await;
    let clip = browser.get(&format!("/episodes/{id}/clip?name=c1%2FA")).await.text();
    assert!(clip.contains("5 of 5 painted"), "{clip}");
    assert_eq!(clip.matches("data-painted=").count(), 5);
    assert!(!clip.contains("id=\"save\""), "who may only read sees no tools");
    let admin = studio.browser(ADMIN).await;
    assert!(admin.get(&format!("/episodes/{id}/clip?name=c1%2FA")).await.text().contains("id=\"save\""));
}

#[tokio::test]
async fn pictures_maps_and_segments_of_a_drawing_are_given() {
    let studio = Studio::new().await;
    let id = studio.chain(3).await;
    studio.paint_all().await;
    let browser = studio.browser(READ).await;
    let clip = browser.get(&format!("/episodes/{id}/clip?name=c1%2FA")).await.text();
    let place = "id=\"d2\"";
    for (name, kind) in [
        ("data-line", "image/png"),
        ("data-painted", "image/png"),
        ("data-map", "application/octet-stream"),
        ("data-segments", "application/json"),
        ("src", "image/png"),
    ] {
        let answer = browser.get(&attribute(&clip, place, name)).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.headers[CONTENT_TYPE]),
            (200, &kind.parse().unwrap()),
            "{name}"
        );
        assert!(answer.headers[CACHE_CONTROL].to_str().unwrap().contains("immutable"), "{name}");
    }
    let segments = browser.get(&attribute(&clip, place, "data-segments")).await.text();
    assert!(segments.contains(&format!("{:?}", RED.0).replace(' ', "")), "{segments}");
    let given = browser.get(&attribute(&clip, "id=\"d0\"", "data-segments")).await.text();
    assert!(given.contains("[30,30,200,255]"), "{given}");
    let map = browser.get(&attribute(&clip, place, "data-map")).await.body;
    assert_eq!(map[..3], [40, 24, 3], "width, height and segments");
}

#[tokio::test]
async fn a_small_picture_is_made_once() {
    let studio = Studio::new().await;
    let id = studio.chain(2).await;
    studio.paint_all().await;
    let browser = studio.browser(READ).await;
    let clip = browser.get(&format!("/episodes/{id}/clip?name=c1%2FA")).await.text();
    let thumb = attribute(&clip, "id=\"d1\"", "src");
    studio.store.calls();
    let first = browser.get(&thumb).await;
    assert_eq!(
        studio.store.calls(),
        4,
        "the commit, the small picture, the drawing, the small picture written"
    );
    let second = browser.get(&thumb).await;
    assert_eq!((studio.store.calls(), first.body), (1, second.body));
}

#[tokio::test]
async fn what_is_not_there_is_told_as_a_page() {
    let studio = Studio::new().await;
    let id = studio.chain(2).await;
    let browser = studio.browser(READ).await;
    let digest = "0".repeat(64);
    for (path, status) in [
        ("/episodes/e404".to_owned(), 404),
        (format!("/episodes/{id}/clip?name=c9"), 404),
        (format!("/episodes/{id}/clip"), 400),
        (format!("/episodes/{id}/history?clip=c1&key=none"), 404),
        ("/episodes/E!".to_owned(), 400),
        (format!("/pictures/thumb?blob={digest}"), 404),
        (format!("/pictures/thumb?job={digest}&key=x"), 404),
        ("/pictures/thumb?blob=../../etc".to_owned(), 400),
        ("/pictures/thumb".to_owned(), 400),
        (format!("/pictures/map?line={digest}&alpha=odd"), 400),
    ] {
        let answer = browser.get(&path).await;
        assert_eq!(answer.status, status, "{path}: {answer:?}");
    }
    assert_eq!(browser.get("/assets/0/style.css").await.status, 404);
}
