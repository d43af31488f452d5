"""Makes the goldens of the foundation models: their authors' own PyTorch modules, on small random configurations.

    pip install torch transformers diffusers open_clip_torch timm sam2
    python make.py golden              # writes NAME.safetensors and NAME.json beside this file
    python make.py full KIND FOLDER    # a checkpoint of the published size with random weights, as its authors lay it out

KIND is dinov2-s, dinov2-b, dinov2-l, convnext, sam2 or sd. Nothing is downloaded.
"""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

HERE = Path(__file__).parent
PROMPT = "a photo of an anime character."


def randomise(module, seed, spread=0.3):
    """Random weights that let something through: norms near 1, the rest scaled by what goes into it."""
    generator = torch.Generator().manual_seed(seed)
    for name, tensor in sorted(module.state_dict().items()):
        if not tensor.is_floating_point():
            continue
        noise = torch.randn(tensor.shape, generator=generator)
        if tensor.dim() > 1:
            tensor.copy_(noise * spread * (3 / max(tensor[0].numel(), 1)) ** 0.5)
        else:
            near_one = name.endswith(("norm.weight", "gamma")) or "norm" in name and name.endswith("weight")
            tensor.copy_(noise * 0.1 + (1.0 if near_one else 0.0))
    return module.eval()


def hiera(width, heads, stages, windows, blocks, position, neck):
    from sam2.modeling.backbones.hieradet import Hiera
    from sam2.modeling.backbones.image_encoder import FpnNeck, ImageEncoder
    from sam2.modeling.position_encoding import PositionEmbeddingSine

    trunk = Hiera(
        embed_dim=width,
        num_heads=heads,
        stages=stages,
        global_att_blocks=blocks,
        window_pos_embed_bkg_spatial_size=position,
        window_spec=windows,
    )
    neck = FpnNeck(
        position_encoding=PositionEmbeddingSine(num_pos_feats=neck, normalize=True, scale=None, temperature=10000),
        d_model=neck,
        backbone_channel_list=[width << 3, width << 2, width << 1, width],
        fpn_top_down_levels=[2, 3],
        fpn_interp_model="nearest",
    )
    return torch.nn.ModuleDict({"image_encoder": ImageEncoder(trunk, neck, scalp=1)})


def text_encoder(width, heads, layers, hidden):
    from transformers import CLIPTextConfig, CLIPTextModel

    config = CLIPTextConfig(
        vocab_size=49408,
        hidden_size=width,
        intermediate_size=hidden,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        max_position_embeddings=77,
        hidden_act="gelu",
    )
    return CLIPTextModel(config)


def tokens():
    import open_clip

    return open_clip.tokenize([PROMPT])


def unet(widths, heads, layers, context):
    from diffusers import UNet2DConditionModel

    levels = len(widths)
    return UNet2DConditionModel(
        sample_size=96,
        block_out_channels=widths,
        attention_head_dim=heads,
        layers_per_block=layers,
        cross_attention_dim=context,
        use_linear_projection=True,
        down_block_types=("CrossAttnDownBlock2D",) * (levels - 1) + ("DownBlock2D",),
        up_block_types=("UpBlock2D",) + ("CrossAttnUpBlock2D",) * (levels - 1),
    )


def vae(widths, layers):
    from diffusers import AutoencoderKL

    levels = len(widths)
    return AutoencoderKL(
        block_out_channels=widths,
        layers_per_block=layers,
        latent_channels=4,
        down_block_types=("DownEncoderBlock2D",) * levels,
        up_block_types=("UpDecoderBlock2D",) * levels,
        sample_size=768,
    )


def write(name, config, tensors):
    """Half-precision weights, which the golden was computed from as well, and what came out in f32."""
    save_file({key: value.contiguous() for key, value in tensors.items()}, HERE / f"{name}.safetensors")
    (HERE / f"{name}.json").write_text(json.dumps(config, indent=1) + "\n")


def halved(module):
    """The weights rounded to half precision, so that the file holds exactly what was used."""
    for tensor in module.state_dict().values():
        if tensor.is_floating_point():
            tensor.copy_(tensor.half().float())
    return {f"w.{key}": value.half() for key, value in module.state_dict().items() if value.is_floating_point()}


def golden_convnext():
    import timm

    widths, depths, side = (8, 16, 24, 40), (2, 1, 2, 1), 64
    module = randomise(
        timm.create_model("convnext_large", pretrained=False, num_classes=0, depths=depths, dims=widths), 1
    )
    weights = halved(module)
    image = torch.randn(2, 3, side, side, generator=torch.Generator().manual_seed(2))
    out = module.forward_features(image)
    config = {"widths": widths, "depths": depths, "input": side}
    write("convnext", config, weights | {"image": image, "map": out})


def golden_hiera():
    side = 160
    config = {
        "width": 12,
        "heads": 1,
        "depths": [1, 2, 3, 2],
        "windows": [8, 4, 6, 3],
        "global": [4],
        "position": [7, 7],
        "neck": 16,
        "input": side,
    }
    module = randomise(hiera(12, 1, (1, 2, 3, 2), (8, 4, 6, 3), (4,), (7, 7), 16), 3)
    weights = halved(module)
    image = torch.randn(2, 3, side, side, generator=torch.Generator().manual_seed(4))
    out = module["image_encoder"](image)["vision_features"]
    write("hiera", config, weights | {"image": image, "map": out})


def golden_diffusion():
    widths, heads, layers, context = (32, 64, 64), (1, 2, 4), 1, 16
    network = randomise(unet(widths, heads, layers, context), 5)
    encoder = randomise(vae((32, 32, 32, 64), 1), 6)
    text = randomise(text_encoder(context, 2, 2, 32), 7)
    # The vocabulary is large, and the prompt has nine of its words.
    ids = tokens()
    kept = sorted(set(ids.flatten().tolist()))
    table = text.get_input_embeddings().weight.data
    rest = torch.ones(len(table), dtype=torch.bool)
    rest[kept] = False
    table[rest] = 0
    parts = {"unet": network, "vae": encoder, "text": text}
    weights = {}
    needless = ("up_blocks.1.", "up_blocks.2.", "conv_norm_out.", "conv_out.", "decoder.", "post_quant_conv.")
    for name, part in parts.items():
        for key, value in halved(part).items():
            if key == "w.text_model.embeddings.token_embedding.weight" or key.endswith("token_embedding.weight"):
                weights["words"] = value[kept]
            elif not key[2:].startswith(needless):
                weights[f"w.{name}.{key[2:]}"] = value
    weights["kept"] = torch.tensor(kept, dtype=torch.int64)
    weights["tokens"] = ids.to(torch.int64)
    prompt = text(ids).last_hidden_state
    image = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(8)) * 2 - 1
    moments = encoder.encode(image).latent_dist
    latent = torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(9))
    seen = {}
    network.up_blocks[0].register_forward_hook(lambda module, inputs, output: seen.update(map=output))
    network(latent, torch.tensor(261), encoder_hidden_states=prompt)
    from diffusers import DDIMScheduler

    scheduler = DDIMScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", num_train_timesteps=1000
    )
    signal = scheduler.alphas_cumprod[[0, 261, 999]].float()
    out = {"prompt": prompt, "image": image, "mean": moments.mean, "deviation": moments.std}
    out |= {"latent": latent, "map": seen["map"], "signal": signal}
    config = {
        "latent": {"widths": [32, 32, 32, 64], "layers": 1, "channels": 4},
        "levels": [
            {"width": width, "heads": head, "attends": index + 1 < len(widths)}
            for index, (width, head) in enumerate(zip(widths, heads))
        ],
        "layers": layers,
        "context": context,
        "step": 261,
        "ensemble": 2,
        "input": 64,
    }
    write("diffusion", config, weights | out)


def golden_layers():
    """The maps after some blocks of a DINOv2, each after the last norm."""
    from timm.models.vision_transformer import VisionTransformer

    width, depth, heads, patch, side = 32, 4, 2, 14, 70
    config = {"width": width, "depth": depth, "heads": heads, "mlp_width": 128, "patch": patch, "input": side}
    module = VisionTransformer(
        img_size=side, patch_size=patch, embed_dim=width, depth=depth, num_heads=heads, init_values=1.0, num_classes=0
    )
    randomise(module, 10)
    weights = halved(module)
    image = torch.rand(2, 3, side, side, generator=torch.Generator().manual_seed(11))
    maps = module.forward_intermediates(image, indices=[0, 2, 3], norm=True, intermediates_only=True)
    write("layers", config, weights | {"image": image} | {f"map{n}": map for n, map in zip((1, 3, 4), maps)})


def dinov2(width, depth):
    """DINOv2's state dict has the keys of timm's, except for the class token's place in the position embedding."""
    import timm

    heads = width // 64
    name = {384: "vit_small_patch14_dinov2", 768: "vit_base_patch14_dinov2", 1024: "vit_large_patch14_dinov2"}[width]
    module = timm.create_model(name, pretrained=False, num_classes=0)
    assert len(module.blocks) == depth and module.blocks[0].attn.num_heads == heads
    return module


@torch.no_grad()
def full(kind, folder):
    folder.mkdir(parents=True, exist_ok=True)
    if kind.startswith("dinov2-"):
        width, depth = {"s": (384, 12), "b": (768, 12), "l": (1024, 24)}[kind[-1]]
        torch.save(randomise(dinov2(width, depth), 1).state_dict(), folder / f"dinov2_vit{kind[-1]}14_pretrain.pth")
    elif kind == "convnext":
        import open_clip

        module = open_clip.create_model("convnext_large_d", pretrained=None)
        visual = {f"visual.{key}": value for key, value in randomise(module.visual, 1).state_dict().items()}
        torch.save(visual, folder / "open_clip_pytorch_model.bin")
    elif kind == "sam2":
        module = hiera(144, 2, (2, 6, 36, 4), (8, 4, 16, 8), (23, 33, 43), (7, 7), 256)
        torch.save({"model": randomise(module, 1).state_dict()}, folder / "sam2.1_hiera_large.pt")
    elif kind == "sd":
        parts = {
            "unet": unet((320, 640, 1280, 1280), (5, 10, 20, 20), 2, 1024),
            "vae": vae((128, 256, 512, 512), 2),
            "text_encoder": text_encoder(1024, 16, 23, 4096),
        }
        for name, part in parts.items():
            randomise(part, 1).half().save_pretrained(folder / name)
    else:
        raise SystemExit(__doc__)


@torch.no_grad()
def main():
    torch.manual_seed(0)
    match sys.argv[1:]:
        case ["golden"]:
            golden_convnext()
            golden_hiera()
            golden_diffusion()
            golden_layers()
        case ["full", kind, folder]:
            full(kind, Path(folder))
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main()
