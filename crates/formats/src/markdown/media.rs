//! Pictures, films and sound of a body.

use yigao_core::{Block, Figure, block::Clip};

use super::{Reading, info_string::token, inline::Picture, say};
use crate::{
    files::Want,
    paths,
    yaml::{self, Node, Root, Value},
};

/// A paragraph of nothing but pictures: one is a figure, several are a gallery.
pub(crate) fn pictures(reading: &mut Reading<'_>, pictures: Vec<Picture>) -> Option<Block> {
    let several = pictures.len() > 1;
    let mut figures: Vec<Figure> = pictures
        .into_iter()
        .filter_map(|picture| figure(reading, picture))
        .collect();
    if several {
        return (!figures.is_empty()).then_some(Block::Gallery { figures });
    }
    figures.pop().map(|figure| Block::Figure { figure })
}

fn figure(reading: &mut Reading<'_>, picture: Picture) -> Option<Figure> {
    let asset = reading.shelf.take(
        &picture.file,
        Want::Picture,
        picture.line,
        &mut reading.problems,
    )?;
    let credit = reading
        .shelf
        .assets
        .get(&asset)
        .and_then(|asset| asset.credit.clone());
    let caption = reading.sieve.text("body", &picture.title);
    Some(Figure {
        asset,
        alt: reading.sieve.text("body", &picture.alt),
        caption: Some(caption).filter(|caption| !caption.is_empty()),
        credit,
    })
}

/// ```` ```figure file ```` with `alt`, `caption` and `credit` below, where `![]()` cannot say them.
pub(crate) fn figure_block(
    reading: &mut Reading<'_>,
    rest: &str,
    body: &str,
    line: usize,
) -> Option<Block> {
    let Some((file, _)) = token(rest) else {
        let problem = say::directive(
            reading.file,
            "figure 后缺少文件名。",
            "`figure` names no file.",
            "```figure a.jpg ⏎ alt: 图片内容 ⏎ ```",
        );
        reading.problem(problem.at(line));
        return None;
    };
    let node = yaml_body(reading, body, line)?;
    let node = with_file(node, file, line);
    figure_of(reading, node).map(|figure| Block::Figure { figure })
}

/// ```` ```gallery ```` with a list of the same.
pub(crate) fn gallery_block(reading: &mut Reading<'_>, body: &str, line: usize) -> Option<Block> {
    let node = yaml_body(reading, body, line)?;
    let Value::List(items) = node.value else {
        let example = "```gallery ⏎ - {file: a.jpg, alt: 图片内容} ⏎ ```";
        let problem = say::directive(
            reading.file,
            "gallery 里没有图片列表。",
            "`gallery` holds no list.",
            example,
        );
        reading.problem(problem.at(line));
        return None;
    };
    let figures = items
        .into_iter()
        .filter_map(|node| figure_of(reading, node))
        .collect();
    Some(Block::Gallery { figures })
}

fn yaml_body(reading: &mut Reading<'_>, body: &str, line: usize) -> Option<Node> {
    reading.yaml(body, line + 1, Root::Figure)
}

fn with_file(node: Node, file: String, line: usize) -> Node {
    let entry = yaml::Entry {
        key: "file".to_owned(),
        line,
        node: Node {
            line,
            value: Value::Text(file),
        },
    };
    match node.value {
        Value::Map(mut entries) => {
            entries.push(entry);
            Node {
                line,
                value: Value::Map(entries),
            }
        }
        Value::Null => Node {
            line,
            value: Value::Map(vec![entry]),
        },
        value => Node {
            line: node.line,
            value,
        },
    }
}

fn figure_of(reading: &mut Reading<'_>, node: Node) -> Option<Figure> {
    let line = node.line;
    let mut fields = reading.fields(node, "figure.", &yaml::names(Root::Figure, &[]));
    let file = reading.required(&mut fields, "file")?;
    let asset = reading
        .shelf
        .take(&file, Want::Picture, line, &mut reading.problems)?;
    // Said and null means: none, whatever the file's own credit is.
    let credit = match fields.take_even_null("credit") {
        None => reading
            .shelf
            .assets
            .get(&asset)
            .and_then(|asset| asset.credit.clone()),
        Some(Node {
            value: Value::Null, ..
        }) => None,
        Some(node) => reading.node_text(node, "figure.credit"),
    };
    let alt = reading.text(&mut fields, "alt").unwrap_or_default();
    let caption = reading.text(&mut fields, "caption");
    Some(Figure {
        asset,
        alt,
        caption,
        credit,
    })
}

/// ```` ```video file [poster=picture] 标题 ```` with the transcript below.
pub(crate) fn clip(
    reading: &mut Reading<'_>,
    want: Want,
    rest: &str,
    body: &str,
    line: usize,
) -> Option<Block> {
    let (name, example) = if want == Want::Video {
        ("video", "a.mp4")
    } else {
        ("audio", "a.mp3")
    };
    let Some((file, rest)) = token(rest) else {
        let message = (
            format!("{name} 后缺少文件名。"),
            format!("`{name}` names no file."),
        );
        let problem = say::directive(
            reading.file,
            &message.0,
            &message.1,
            &format!("```{name} {example} 标题 ⏎ 字幕文字 ⏎ ```"),
        );
        reading.problem(problem.at(line));
        return None;
    };
    let (poster, title) = match rest.strip_prefix("poster=").and_then(token) {
        Some((poster, title)) => (Some(poster), title),
        None => (None, rest),
    };
    let asset = reading
        .shelf
        .take(&file, want, line, &mut reading.problems)?;
    let poster = match poster {
        Some(poster) => Some(reading.shelf.take(
            &poster,
            Want::Picture,
            line,
            &mut reading.problems,
        )?),
        None => None,
    };
    let title = if title.is_empty() {
        paths::file_name(&file)
    } else {
        title
    };
    let body = body.strip_suffix('\n').unwrap_or(body);
    let transcript = reading.sieve.text("body", body);
    let media = Clip {
        asset,
        title: reading.sieve.line("body", title),
        transcript: Some(transcript).filter(|text| !text.trim().is_empty()),
        poster,
    };
    Some(if want == Want::Video {
        Block::Video { media }
    } else {
        Block::Audio { media }
    })
}
