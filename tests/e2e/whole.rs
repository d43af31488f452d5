//! Episodes that nothing disturbs.

use std::path::Path;

use e2e::{Farm, Figures, Verdict, differences};
use serde_json::Value;
use tempfile::TempDir;

use super::{PATIENCE, farm};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_episode_is_painted_as_by_one_process() {
    let farm = farm().start().await.unwrap();
    let dir = TempDir::new().unwrap();
    let (drawings, wanted) = (dir.path().join("drawings"), dir.path().join("wanted"));
    Figures::small(1, 10, 6).write(&drawings).unwrap();
    for mode in ["auto", "previous-frame", "first-frame"] {
        let _ = std::fs::remove_dir_all(&wanted);
        farm.paint(&drawings, &wanted, &["--mode", mode]).await.unwrap();
        let episode = farm.submit(&drawings, &["--mode", mode, "--again", mode]).await.unwrap();
        let status = farm.wait(&episode, PATIENCE).await.unwrap();
        assert_eq!(
            (&status["state"], &status["drawings"]["painted"]),
            (&"done".into(), &50.into()),
            "{status}"
        );
        let out = TempDir::new().unwrap();
        farm.fetch(&episode, out.path()).await.unwrap();
        assert_eq!(differences(&wanted, out.path()).unwrap(), [""; 0], "{mode}");
    }
    farm.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_trained_model_paints_the_same_on_the_farm() {
    let farm = farm().models(&["builtin", "shape"]).workers(1).start().await.unwrap();
    let dir = TempDir::new().unwrap();
    let (drawings, wanted) = (dir.path().join("drawings"), dir.path().join("wanted"));
    Figures::small(2, 2, 3).write(&drawings).unwrap();
    farm.paint(&drawings, &wanted, &["--model", "builtin"]).await.unwrap();
    let episode = farm.submit(&drawings, &["--model", "builtin"]).await.unwrap();
    let status = farm.wait(&episode, PATIENCE).await.unwrap();
    let verdict = Verdict::of(&farm, &episode, &status, &wanted).await.unwrap();
    assert_eq!(verdict.violations, [""; 0]);
    assert_eq!(verdict.drawings, 4);
    farm.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_example_episode_is_painted_as_clip_by_clip() {
    let farm = farm().models(&["builtin", "shape"]).start().await.unwrap();
    let dir = TempDir::new().unwrap();
    let (clips, wanted) = (dir.path().join("clips"), dir.path().join("wanted"));
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/episode/episode.json");
    let parsed: Value = serde_json::from_slice(&std::fs::read(&manifest).unwrap()).unwrap();
    for clip in parsed["clips"].as_array().unwrap() {
        paint_alone(&farm, manifest.parent().unwrap(), clip, &clips, &wanted).await;
    }
    let episode = farm.submit(&manifest, &[]).await.unwrap();
    let status = farm.wait(&episode, PATIENCE).await.unwrap();
    let verdict = Verdict::of(&farm, &episode, &status, &wanted).await.unwrap();
    assert_eq!(verdict.violations, [""; 0]);
    assert_eq!((verdict.drawings, &status["drawings"]["given"]), (30, &10.into()));
    farm.stop().await.unwrap();
}

/// Paints one clip of an episode as `shiage paint` does, in the clip's mode and with its model.
async fn paint_alone(farm: &Farm, episode: &Path, clip: &Value, clips: &Path, wanted: &Path) {
    let of = |key: &str| clip[key].as_str();
    let (cut, cel) = (of("cut").unwrap(), of("cel").unwrap());
    let folder = clips.join(cel);
    for part in [cel, "ref"] {
        e2e::copy(&episode.join(cut).join(part), &folder.join(cut).join(part)).unwrap();
    }
    let options = ["--mode", of("mode").unwrap(), "--model", of("model").unwrap_or("builtin")];
    farm.paint(&folder, wanted, &options).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_corrected_drawing_changes_what_follows_from_it_and_nothing_else() {
    let farm = farm().workers(1).start().await.unwrap();
    let dir = TempDir::new().unwrap();
    let drawings = dir.path().join("drawings");
    Figures::small(3, 1, 12).write(&drawings).unwrap();
    let episode = farm.submit(&drawings, &["--mode", "previous-frame"]).await.unwrap();
    farm.wait(&episode, PATIENCE).await.unwrap();
    let (before, after) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    farm.fetch(&episode, before.path()).await.unwrap();
    let key = "c000/line/0006.png";
    let corrected = repainted(&before.path().join(key), dir.path());
    let file = corrected.to_str().unwrap();
    farm.shiage(&["correct", &episode, key, file, "--json"]).await.unwrap().ended(0).unwrap();
    let status = farm.wait(&episode, PATIENCE).await.unwrap();
    assert_eq!((&status["state"], &status["revision"]), (&"done".into(), &2.into()), "{status}");
    farm.fetch(&episode, after.path()).await.unwrap();
    let changed: Vec<String> = differences(before.path(), after.path()).unwrap();
    assert!(changed.iter().any(|line| line.contains("0006.png")), "{changed:?}");
    assert!(changed.iter().any(|line| line.contains("0007")), "{changed:?}");
    let untouched = |line: &String| (1..6).all(|number| !line.contains(&format!("{number:04}")));
    assert!(changed.iter().all(untouched), "{changed:?}");
    farm.stop().await.unwrap();
}

/// The painted drawing with its most frequent opaque colour replaced.
fn repainted(painted: &Path, dir: &Path) -> std::path::PathBuf {
    let mut drawing = cel::codec::read(painted).unwrap();
    let old =
        *drawing.pixels.iter().find(|pixel| pixel.alpha() == 255 && **pixel != cel::Rgba::BLACK).unwrap();
    for pixel in drawing.pixels.iter_mut().filter(|pixel| **pixel == old) {
        *pixel = cel::Rgba::opaque(1, 2, 3);
    }
    let path = dir.join("corrected.png");
    std::fs::write(&path, cel::codec::encode(&drawing).unwrap()).unwrap();
    path
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_painted_is_not_painted_again() {
    let farm = farm().start().await.unwrap();
    let dir = TempDir::new().unwrap();
    Figures::small(4, 3, 5).write(dir.path()).unwrap();
    let first = farm.submit(dir.path(), &[]).await.unwrap();
    farm.wait(&first, PATIENCE).await.unwrap();
    assert_eq!(farm.submit(dir.path(), &[]).await.unwrap(), first, "the same submission is the same episode");
    let path = dir.path().to_str().unwrap();
    let again =
        ["submit", path, "--show", "Test", "--user", "test", "--model", "shape", "--again", "x", "--json"];
    let again = farm.shiage(&again).await.unwrap().ended(0).unwrap().json().unwrap();
    assert_eq!((&again["created"], &again["known"]), (&true.into(), &again["jobs"]), "{again}");
    let status = farm.wait(again["id"].as_str().unwrap(), PATIENCE).await.unwrap();
    assert_eq!(status["state"], "done");
    farm.stop().await.unwrap();
}
