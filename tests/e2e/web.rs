//! The web pages in a real browser.

use std::path::Path;

use e2e::{Farm, differences};
use fantoccini::key::Key;
use serde_json::Value;
use tempfile::TempDir;

use super::accessible::check;
use super::browser::{Browser, Look};
use super::{PATIENCE, farm};

/// A clip of the example whose drawings follow from one another.
const CLIP: &str = "knight/c001";
/// Where the knight's cape is in its second drawing, from the middle of the canvas in a wide window.
const CAPE: (f64, f64) = (-93.0, 118.0);
/// Another colour of the knight.
const PURPLE: &str = "95, 93, 118";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_episode_is_watched_and_a_drawing_corrected() {
    let farm = farm().models(&["builtin", "shape"]).workers(1).start().await.unwrap();
    let browser = Browser::start().await;
    browser.looks_like(Look::ALL[0]).await;
    sign_in(&farm, &browser).await;
    let episode = submit(&farm).await;
    watch(&browser, &episode).await;
    farm.wait(&episode, PATIENCE).await.unwrap();
    let before = TempDir::new().unwrap();
    farm.fetch(&episode, before.path()).await.unwrap();
    look_through(&browser).await;
    correct(&browser).await;
    let status = farm.wait(&episode, PATIENCE).await.unwrap();
    assert_eq!((&status["state"], &status["revision"]), (&"done".into(), &2.into()), "{status}");
    let after = TempDir::new().unwrap();
    farm.fetch(&episode, after.path()).await.unwrap();
    only_what_follows(before.path(), after.path());
    take_back(&browser).await;
    browser.open(&farm.url()).await;
    browser.until("a line of speed", "return document.querySelector('.chart .line') !== null").await;
    browser.picture("farm-afterwards").await;
    browser.close().await;
    farm.stop().await.unwrap();
}

/// Keys alone lead in.
async fn sign_in(farm: &Farm, browser: &Browser) {
    browser.open(&farm.url()).await;
    assert!(browser.client.current_url().await.unwrap().path().starts_with("/login"));
    check(browser, "sign-in").await;
    browser.keys("nobody-has-this-token").await;
    browser.keys(&key(Key::Enter)).await;
    browser.until("a refusal", "return document.querySelector('[role=alert]')?.textContent").await;
    browser.keys(Farm::token()).await;
    browser.keys(&key(Key::Enter)).await;
    browser.until("the farm", "return document.querySelector('#episodes') !== null").await;
}

async fn submit(farm: &Farm) -> String {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/episode/episode.json");
    let output = farm.shiage(&["submit", manifest.to_str().unwrap(), "--json"]).await.unwrap();
    output.ended(0).unwrap().json().unwrap()["id"].as_str().unwrap().to_owned()
}

/// Pages move without being opened again.
async fn watch(browser: &Browser, episode: &str) {
    let link = format!("return document.querySelector('#episodes a[href$=\"{episode}\"]') !== null");
    browser.until("the episode on the farm's page", &link).await;
    browser.until("a worker at work", "return document.querySelector('#workers .doing') !== null").await;
    check(browser, "farm").await;
    browser.click(&format!("#episodes a[href$=\"{episode}\"]")).await;
    let painted =
        "return Number(document.querySelector('#summary .tile b').textContent.split('/')[0]) || false";
    let first = browser.until("drawings painted", painted).await.as_u64().unwrap();
    let more = format!("const now = (() => {{ {painted} }})(); return now > {first} && now");
    browser.until("progress", &more).await;
    check(browser, "episode").await;
    browser.until("the end", "return document.querySelector('#summary .badge').textContent === 'done'").await;
}

/// The clip's page by keys.
async fn look_through(browser: &Browser) {
    let open = format!(
        "const card = [...document.querySelectorAll('.card a')].find((a) => a.textContent.includes('{CLIP}')); \
         card.click(); return true"
    );
    browser.now(&open).await;
    shows(browser, 0).await;
    browser.keys(&key(Key::PageDown)).await;
    shows(browser, 1).await;
    browser.keys(&key(Key::End)).await;
    shows(browser, 3).await;
    browser.keys(&key(Key::PageUp)).await;
    shows(browser, 2).await;
    let plain = picture_of(browser).await;
    for (toggle, id) in [("3", "layer-segments"), ("4", "layer-confidence"), ("o", "onion"), ("w", "wipe")] {
        browser.keys(toggle).await;
        let pressed = format!("return document.getElementById('{id}').getAttribute('aria-pressed')");
        assert_eq!(browser.now(&pressed).await, "true", "{id}");
        assert_ne!(picture_of(browser).await, plain, "{id} shows");
        if id == "layer-confidence" {
            browser.picture("confidence").await;
        }
        browser.keys(toggle).await;
        assert_eq!(picture_of(browser).await, plain, "{id} is gone");
    }
    browser.keys(" ").await;
    browser.until("frames that play", &format!("return {PIXELS} !== {plain}")).await;
    browser.keys(" ").await;
    browser
        .until("an end of playing", "return document.getElementById('play').ariaPressed === 'false'")
        .await;
    browser.keys(&key(Key::Home)).await;
    shows(browser, 0).await;
    browser.keys("n").await;
    browser.until("a segment to look at", "return document.querySelector('#segment .facts') !== null").await;
    check(browser, "clip").await;
}

/// A sum over the canvas.
const PIXELS: &str = "(() => { const canvas = document.getElementById('drawing'); const { data } = \
    canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height); \
    return new Uint32Array(data.buffer).reduce((sum, pixel) => (Math.imul(sum, 31) + pixel) | 0, 0); })()";

async fn picture_of(browser: &Browser) -> Value {
    browser.now(&format!("return {PIXELS}")).await
}

/// Waits until the drawing at a place of the strip is shown large.
async fn shows(browser: &Browser, place: u32) {
    let there = format!(
        "const frame = document.getElementById('d{place}'); \
         return frame?.ariaCurrent === 'true' && document.getElementById('where').textContent.includes(frame.dataset.key)"
    );
    browser.until(&format!("drawing {place}"), &there).await;
}

/// Addresses of the strip's paintings, and their states.
async fn strip(browser: &Browser) -> Vec<(String, String)> {
    let frames = browser.now("return [...document.querySelectorAll('#strip .frame')].map((f) => [f.dataset.painted ?? '', f.dataset.state])");
    serde_json::from_value(frames.await).unwrap()
}

/// A segment of the second drawing gets another colour: it stays, and those after it are painted anew.
async fn correct(browser: &Browser) {
    browser.keys(&key(Key::Home)).await;
    shows(browser, 0).await;
    browser.keys(&key(Key::PageDown)).await;
    shows(browser, 1).await;
    browser.until("the colours", "return document.querySelectorAll('#palette button').length > 3").await;
    let before = strip(browser).await;
    browser.click_at("#drawing", CAPE).await;
    browser.until("the segment", "return document.querySelector('#segment .facts') !== null").await;
    let pressed = "return document.querySelector('#palette [aria-pressed=true]')?.title";
    assert_ne!(browser.now(pressed).await, PURPLE);
    browser
        .now(&format!("document.querySelector('#palette [title=\"{PURPLE}\"]').focus(); return true"))
        .await;
    browser.keys(&key(Key::Enter)).await;
    assert_eq!(browser.now(pressed).await, PURPLE);
    assert_eq!(browser.text("#change-count").await, "1 segment");
    let control = |letter: &str| format!("{}{letter}{}", char::from(Key::Control), char::from(Key::Null));
    browser.keys(&control("z")).await;
    assert_eq!(browser.text("#change-count").await, "none");
    browser.keys(&control("y")).await;
    check(browser, "correct").await;
    browser.keys(&control("s")).await;
    browser
        .until("it is saved", "return document.getElementById('said').textContent.startsWith('Saved')")
        .await;
    let anew = "const frames = [...document.querySelectorAll('#strip .frame')]; \
                return frames[1].dataset.state === 'corrected' && frames.slice(2).every((f) => f.dataset.painted)";
    browser.until("the next drawings painted anew", anew).await;
    let after = strip(browser).await;
    let changed: Vec<bool> = before.iter().zip(&after).map(|(before, after)| before.0 != after.0).collect();
    assert_eq!(changed, [false, true, true, true], "{before:?} {after:?}");
    browser.until("its history", "return document.querySelectorAll('#history li').length === 2").await;
    browser.picture("corrected").await;
}

/// Of what was fetched only this clip differs, from the corrected drawing on.
fn only_what_follows(before: &Path, after: &Path) {
    let changed = differences(before, after).unwrap();
    let follows = |line: &String| line.starts_with(CLIP) && !line.contains("0001");
    assert!(changed.iter().all(follows), "{changed:?}");
    assert!(changed.iter().any(|line| line.contains("0002.png")), "{changed:?}");
}

/// The way back leads to what was painted before.
async fn take_back(browser: &Browser) {
    browser.click("#history button").await;
    let back = "return [...document.querySelectorAll('#strip .frame')].slice(1).every((f) => f.dataset.state === 'painted')";
    browser.until("the drawings as before", back).await;
}

fn key(key: Key) -> String {
    char::from(key).to_string()
}
