//! Paints the pictures of the sample items: `cargo run -p yigao-paint --example paint_samples -- FOLDER`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::{env, fs};

use yigao_paint::{Scene, jpeg};

/// File name, scene, width and height in pixels, seed.
const SAMPLES: [(&str, Scene, u32, u32, u64); 10] = [
    ("mountains-at-dawn.jpg", Scene::Mountains, 4000, 3000, 5),
    (
        "mountains-in-the-morning.jpg",
        Scene::Mountains,
        1920,
        1280,
        1,
    ),
    (
        "mountains-in-the-evening.jpg",
        Scene::Mountains,
        1920,
        1080,
        2,
    ),
    ("river-at-dawn.jpg", Scene::River, 1920, 1280, 1),
    ("river-in-the-evening.jpg", Scene::River, 1920, 1080, 2),
    ("night-market.jpg", Scene::Market, 1920, 1280, 1),
    ("night-market-upright.jpg", Scene::Market, 1200, 1600, 2),
    ("red-gate.jpg", Scene::Gate, 1920, 1280, 1),
    ("pagoda-and-moon.jpg", Scene::Pagoda, 1920, 1280, 1),
    ("reading-room.jpg", Scene::Library, 1920, 1280, 1),
];

const QUALITY: u8 = 82;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let text = format!("paint_samples: {error}\n");
            // Where standard error cannot be written to, there is no other place to report it.
            drop(std::io::Write::write_all(
                &mut std::io::stderr(),
                text.as_bytes(),
            ));
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let folder = env::args_os()
        .nth(1)
        .map(PathBuf::from)
        .ok_or("give the folder to write into")?;
    fs::create_dir_all(&folder)?;
    for (name, scene, width, height, seed) in SAMPLES {
        fs::write(
            folder.join(name),
            jpeg(scene, width, height, seed, QUALITY)?,
        )?;
    }
    Ok(())
}
