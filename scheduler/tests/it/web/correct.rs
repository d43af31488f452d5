//! Drawings corrected on a page.

use cel::rules::WhiteRule;
use cel::{Drawing, PaintRules, Rgba};
use common::farm::layout;
use common::farm::manifest::{Manifest, ManifestDrawing};
use common::ids::EpisodeId;
use common::store::FrameStore as _;
use scheduler::api::ErrorCode;

use super::studio::{BLUE, Browser, RED, Studio, clip, line, painted as paint};
use crate::http::site::{Answer, SUBMIT};
use crate::service::farm::manifest;

const KEY: &str = "c1/A/2.png";

/// The address of the painting of the drawing at a place.
async fn painted(browser: &Browser<'_>, id: &EpisodeId, place: u32) -> String {
    let clip = browser.get(&format!("/episodes/{id}/clip?name=c1%2FA")).await.text();
    let (_, rest) = clip.split_once(&format!("id=\"d{place}\"")).unwrap();
    let (_, rest) = rest.split_once("data-painted=\"").unwrap();
    rest.split('"').next().unwrap().replace("&amp;", "&")
}

async fn correct(browser: &Browser<'_>, id: &EpisodeId, painted: &str, colours: &str) -> Answer {
    let form_key = &browser.form_key;
    let body = format!(
        r#"{{"form_key":"{form_key}","clip":"c1/A","key":"{KEY}","painted":"{painted}","colours":{colours}}}"#
    );
    browser.post(&format!("/episodes/{id}/correct"), body).await
}

fn blue() -> String {
    format!("{{\"2\":{:?}}}", BLUE.0)
}

#[tokio::test]
async fn a_corrected_drawing_stays_and_what_follows_is_painted_anew() {
    let studio = Studio::new().await;
    let id = studio.chain(7).await;
    studio.paint_all().await;
    let browser = studio.browser(SUBMIT).await;
    let before = painted(&browser, &id, 2).await;
    let answer = correct(&browser, &id, &before, &blue()).await;
    let saved: serde_json::Value = answer.ok();
    assert_eq!((&saved["revision"], &saved["jobs"]), (&2.into(), &2.into()));
    let record = studio.site.service.record(&id).await.unwrap();
    let drawing = &record.manifest.clips[0].drawings[2];
    assert!(drawing.corrected);
    let bytes = studio.store.get(&layout::blob(&drawing.painted.as_ref().unwrap().digest)).await.unwrap();
    let new = cel::codec::decode(&bytes, cel::FileKind::Png).unwrap();
    let [outside, box_of_two] = [(0, 0), (8, 10)].map(|(x, y)| new.row(y)[x]);
    assert_eq!((outside, box_of_two), (RED, BLUE), "only the segment that was named");
    let anew = studio.paint_all().await;
    assert_eq!(anew, ["c1/A/3.png", "c1/A/4.png", "c1/A/5.png", "c1/A/6.png"]);
    let clip = browser.get(&format!("/episodes/{id}/clip?name=c1%2FA")).await.text();
    assert!(clip.contains("data-state=\"corrected\""), "{clip}");
}

#[tokio::test]
async fn nothing_is_overwritten_that_changed_meanwhile() {
    let studio = Studio::new().await;
    let id = studio.chain(4).await;
    studio.paint_all().await;
    let browser = studio.browser(SUBMIT).await;
    let before = painted(&browser, &id, 2).await;
    assert!(correct(&browser, &id, &before, &blue()).await.status.is_success());
    let late = correct(&browser, &id, &before, &format!("{{\"1\":{:?}}}", BLUE.0)).await;
    assert_eq!(late.status, 409, "{late:?}");
    let now = painted(&browser, &id, 2).await;
    assert_ne!(now, before);
    assert!(correct(&browser, &id, &now, &format!("{{\"1\":{:?}}}", BLUE.0)).await.status.is_success());
}

#[tokio::test]
async fn no_other_colour_and_no_other_segment() {
    let studio = Studio::new().await;
    let id = studio.chain(3).await;
    studio.paint_all().await;
    let browser = studio.browser(SUBMIT).await;
    let before = painted(&browser, &id, 2).await;
    for (colours, status) in [
        ("{\"2\":[1,2,3,255]}".to_owned(), 422),
        (format!("{{\"0\":{:?}}}", BLUE.0), 422),
        (format!("{{\"4\":{:?}}}", BLUE.0), 422),
        ("{}".to_owned(), 422),
        ("{\"2\":[1,2,3]}".to_owned(), 400),
        ("{\"x\":[1,2,3,4]}".to_owned(), 400),
    ] {
        assert_eq!(correct(&browser, &id, &before, &colours).await.status, status, "{colours}");
    }
    assert_eq!(studio.site.service.record(&id).await.unwrap().revision, 1);
}

#[tokio::test]
async fn a_correction_is_taken_back_and_nothing_is_painted_anew() {
    let studio = Studio::new().await;
    let id = studio.chain(5).await;
    studio.paint_all().await;
    let browser = studio.browser(SUBMIT).await;
    let before = painted(&browser, &id, 2).await;
    correct(&browser, &id, &before, &blue()).await;
    studio.paint_all().await;
    let history = browser.get(&format!("/episodes/{id}/history?clip=c1%2FA&key=c1%2FA%2F2.png")).await.text();
    assert!(history.contains("corrected") && history.contains("painted by the farm"), "{history}");
    let fields = [("clip", "c1%2FA"), ("key", "c1%2FA%2F2.png"), ("revision", "1")];
    let answer = browser.form(&format!("/episodes/{id}/restore"), &fields).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    assert_eq!(studio.paint_all().await, [""; 0]);
    assert_eq!(painted(&browser, &id, 2).await, before);
    let fields = [("clip", "c1%2FA"), ("key", "c1%2FA%2F2.png"), ("revision", "2")];
    let answer = browser.form(&format!("/episodes/{id}/restore"), &fields).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    assert_eq!(studio.paint_all().await, [""; 0], "what followed from the correction is there as well");
    let history = browser.get(&format!("/episodes/{id}/history?clip=c1%2FA&key=c1%2FA%2F2.png")).await.text();
    let versions: Vec<usize> =
        (1..=4).filter_map(|version| history.find(&format!("version {version}"))).collect();
    assert!(versions.len() == 4 && versions.is_sorted_by(|a, b| a > b), "the latest first: {history}");
    let other = browser.get(&format!("/episodes/{id}/history?clip=c1%2FA&key=c1%2FA%2F0.png")).await.text();
    assert!(other.contains("given painted") && !other.contains("version 2"), "{other}");
    let missing = [("clip", "c1"), ("key", "c1%2FA%2F2.png"), ("revision", "99")];
    assert_eq!(browser.form(&format!("/episodes/{id}/restore"), &missing).await.status, 404);
}

#[tokio::test]
async fn the_palette_has_the_colours_of_the_references() {
    let studio = Studio::new().await;
    let id = studio.chain(3).await;
    let browser = studio.browser(SUBMIT).await;
    let palette: serde_json::Value =
        browser.get(&format!("/episodes/{id}/clip/palette?name=c1%2FA")).await.ok();
    let mut colours: Vec<String> =
        palette["colours"].as_array().unwrap().iter().map(|colour| colour["rgba"].to_string()).collect();
    colours.sort();
    assert_eq!(colours, ["[200,30,30,255]", "[30,30,200,255]"]);
    assert_eq!(palette["references"][0]["name"], "c1/A/0.png");
    let answer =
        studio.site.json(axum::http::Method::POST, &format!("/v1/episodes/{id}/correct"), "{}").await;
    answer.refused(ErrorCode::Malformed);
}

/// What white is in a file without alpha, the show says.
#[tokio::test]
async fn white_is_empty_where_the_show_says_so() {
    for (white, has, has_not) in
        [(WhiteRule::Empty, Rgba::EMPTY, Rgba::WHITE), (WhiteRule::Paint, Rgba::WHITE, Rgba::EMPTY)]
    {
        let studio = Studio::new().await;
        let mut given = paint(&line(0), &[Rgba::WHITE, RED, BLUE]);
        given.has_alpha = false;
        let line = Drawing { has_alpha: false, ..on_paper(&line(0)) };
        let line = studio.put(&line).await;
        let drawing = |key: &str, painted| ManifestDrawing {
            key: key.into(),
            line: line.clone(),
            painted,
            corrected: false,
        };
        let given = Some(studio.put(&given).await);
        let drawings = vec![drawing("c1/A/0.png", given), drawing("c1/A/1.png", None)];
        let rules = PaintRules { white, ..PaintRules::default() };
        let manifest = Manifest { rules, ..manifest(vec![clip("c1", drawings, 1)]) };
        let id = studio.site.service.submit(manifest, None).await.unwrap().id;
        let browser = studio.browser(SUBMIT).await;
        let address = format!("/episodes/{id}/clip/palette?name=c1%2FA");
        let palette: serde_json::Value = browser.get(&address).await.ok();
        let colours = palette["colours"].as_array().unwrap();
        let contains =
            |colour: Rgba| colours.iter().any(|found| found["rgba"] == serde_json::json!(colour.0));
        assert!(contains(has) && !contains(has_not) && contains(RED), "{white:?}: {palette}");
        let segments = palette["references"][0]["segments"].as_str().unwrap();
        let segments: serde_json::Value = browser.get(segments).await.ok();
        assert_eq!(segments["segments"][0]["rgba"], serde_json::json!(has.0), "{white:?}: {segments}");
    }
}

fn on_paper(line: &Drawing) -> Drawing {
    let pixels = line.pixels.iter().map(|&pixel| if pixel == Rgba::EMPTY { Rgba::WHITE } else { pixel });
    Drawing { pixels: pixels.collect(), ..line.clone() }
}
