//! Importing and loading: what a user may get wrong.

use std::fs;
use std::path::Path;

use cel::AlphaRule;
use tempfile::TempDir;
use worker::model::{BackboneConfig, ImportReport, ModelError, Place, Version, checkpoint, import, load};

use crate::golden::{dir, weight};

fn imported() -> (TempDir, ImportReport) {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("model");
    let report = import(&weight("dacon_1_0.pth"), Some(&weight("dinov2_small.pth")), None, &model).unwrap();
    (folder, report)
}

fn message<T>(result: Result<T, ModelError>) -> String {
    match result {
        Ok(_) => panic!("this must fail"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn dimensions_are_found() {
    let (_folder, report) = imported();
    let Some(BackboneConfig::Dinov2(backbone)) = &report.config.backbone else {
        panic!("{:?}", report.config);
    };
    assert_eq!(report.config.version, Version::V1_0);
    assert_eq!(report.config.unet.as_ref().unwrap().widths, [8, 16, 32, 64]);
    assert_eq!((report.config.features, report.config.head_width), (16, 64));
    assert_eq!((backbone.width, backbone.depth, backbone.heads), (64, 3, 4));
    assert_eq!((backbone.mlp_width, backbone.patch, backbone.input), (256, 14, 518));
    assert!(report.notices[0].contains("4 attention heads"));
    assert!(report.parameters > 500_000);
    assert!(report.folder.join("model.json").is_file());
}

#[test]
fn both_formats_hold_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let from_pth = checkpoint::read(&weight("dacon_1_0.pth")).unwrap();
    let path = folder.path().join("copy.safetensors");
    let tensors: std::collections::HashMap<_, _> = from_pth.tensors().clone().into_iter().collect();
    candle_core::safetensors::save(&tensors, &path).unwrap();
    let copy = checkpoint::read(&path).unwrap();
    assert!(copy.tensors().keys().eq(from_pth.tensors().keys()));
    for (key, tensor) in copy.tensors() {
        let numbers = |tensor: &candle_core::Tensor| tensor.flatten_all().unwrap().to_vec1::<f32>().unwrap();
        assert_eq!(numbers(tensor), numbers(&from_pth.tensors()[key]), "{key}");
    }
}

#[test]
fn the_digest_follows_the_alpha_rule() {
    let (_folder, report) = imported();
    let digest = |alpha| load(&report.folder, alpha, &Place::cpu()).unwrap().engine().digest().to_owned();
    assert_eq!(digest(AlphaRule::Composite), digest(AlphaRule::Composite));
    let other =
        load(&report.folder, AlphaRule::Composite, &Place::cpu()).unwrap().seeing(AlphaRule::Reference);
    assert_eq!(*other.engine().digest(), digest(AlphaRule::Reference));
    assert_ne!(digest(AlphaRule::Composite), digest(AlphaRule::Reference));
}

#[test]
fn swapped_files_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("model");
    let (dacon, backbone) = (weight("dacon_1_0.pth"), weight("dinov2_small.pth"));
    assert!(message(import(&backbone, Some(&dacon), None, &out)).contains("pass it with --backbone"));
    assert!(message(import(&dacon, Some(&dacon), None, &out)).contains("not a backbone"));
    assert!(message(import(&dacon, None, None, &out)).contains("--backbone"));
    assert!(message(import(&dacon, Some(&backbone), Some(7), &out)).contains("7 attention heads"));
    let missing = folder.path().join("none.pth");
    assert!(message(import(&missing, None, None, &out)).contains("none.pth"));
    assert!(!out.exists(), "a failed import leaves nothing");
}

#[test]
fn what_is_no_checkpoint_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.pth");
    let read = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        message(checkpoint::read(&path))
    };
    assert!(read(b"").contains("neither"));
    assert!(read(b"<!DOCTYPE html><html>not found</html>").contains("neither"));
    assert!(read(b"\x80\x02\x8a\x0al\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.").contains("before 1.6"));
    let whole = fs::read(weight("dacon_1_0.pth")).unwrap();
    assert!(read(&whole[..whole.len() / 2]).contains("truncated"));
}

#[test]
fn a_pickle_that_asks_for_more_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("evil.pth");
    let mut archive = zip::ZipWriter::new(fs::File::create(&path).unwrap());
    archive.start_file("x/data.pkl", zip::write::SimpleFileOptions::default()).unwrap();
    std::io::Write::write_all(&mut archive, b"\x80\x02cos\nsystem\nX\x02\x00\x00\x00ls\x85R.").unwrap();
    archive.finish().unwrap();
    let said = message(checkpoint::read(&path));
    assert!(said.contains("evil.pth: refuses to load: the pickle asks for \"os.system\""), "{said}");
}

#[test]
fn a_missing_tensor_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("part.safetensors");
    let all = checkpoint::read(&weight("dacon_1_0.pth")).unwrap();
    let part = all.filter(|key| key != "unet.bottleneck.conv.3.weight");
    let tensors: std::collections::HashMap<_, _> = part.tensors().clone().into_iter().collect();
    candle_core::safetensors::save(&tensors, &path).unwrap();
    let out = folder.path().join("model");
    let said = message(import(&path, Some(&weight("dinov2_small.pth")), None, &out));
    assert!(
        said.contains("\"unet.bottleneck.conv.3.weight\" is missing: expected shape [128, 128, 3, 3]"),
        "{said}"
    );
}

#[test]
fn changed_folders_are_told() {
    let (_folder, report) = imported();
    let load = |folder: &Path| message(load(folder, AlphaRule::default(), &Place::cpu()));
    assert!(load(&dir()).contains("has no model.json"));
    let json = report.folder.join("model.json");
    let text = fs::read_to_string(&json).unwrap();
    fs::write(&json, text.replace("\"format\": 2", "\"format\": 9")).unwrap();
    assert!(load(&report.folder).contains("has format 9, this program reads 2"));
    fs::write(&json, text.replace("\"heads\": 4", "\"heads\": 0")).unwrap();
    assert!(load(&report.folder).contains("import the model again"));
    fs::write(&json, text.replace("\"features\"", "\"feature\"")).unwrap();
    assert!(load(&report.folder).contains("unknown field"));
    fs::write(&json, &text).unwrap();
    let weights = report.folder.join("dacon.safetensors");
    let mut bytes = fs::read(&weights).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&weights, bytes).unwrap();
    let said = load(&report.folder);
    assert!(said.contains("dacon.safetensors") && said.contains("import the model again"), "{said}");
}

#[test]
fn an_import_replaces_a_model_and_nothing_else() {
    let (folder, report) = imported();
    let (dacon, backbone) = (weight("dacon_1_0.pth"), weight("dinov2_small.pth"));
    let again = import(&dacon, Some(&backbone), Some(8), &report.folder).unwrap();
    let Some(BackboneConfig::Dinov2(found)) = again.config.backbone else { panic!("{:?}", again.config) };
    assert_eq!(found.heads, 8);
    assert!(message(import(&backbone, None, None, &report.folder)).contains("--backbone"));
    assert!(
        load(&report.folder, AlphaRule::default(), &Place::cpu()).is_ok(),
        "a failed import leaves the old model"
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    let other = folder.path().join("other");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("precious.txt"), "x").unwrap();
    assert!(message(import(&dacon, Some(&backbone), None, &other)).contains("is no model"));
    assert!(other.join("precious.txt").is_file());
}
