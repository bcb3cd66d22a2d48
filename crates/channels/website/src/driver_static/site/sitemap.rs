//! `sitemap.xml` (sitemaps.org protocol 0.9).

use super::{
    feed::{time, xml},
    frame::column_path,
};
use crate::driver_static::{config::Settings, index::Index};

pub(in crate::driver_static) const PATH: &str = "sitemap.xml";
/// Most addresses of one file, by the protocol.
const MOST: usize = 50_000;

pub(in crate::driver_static) fn sitemap(settings: &Settings, index: &Index) -> String {
    let live = index.live();
    let mut rows = vec![(
        settings.address("index.html"),
        live.iter().map(|e| e.updated_at).max(),
    )];
    for column in &settings.columns.list {
        let newest = index
            .live_in(&column.slug)
            .iter()
            .map(|e| e.updated_at)
            .max();
        rows.push((settings.address(&column_path(column)), newest));
    }
    rows.extend(
        live.iter()
            .map(|e| (settings.address(&e.path), Some(e.updated_at))),
    );
    let mut out = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n".to_owned();
    for (address, changed) in rows.into_iter().take(MOST) {
        let changed = changed
            .map(|at| format!("<lastmod>{}</lastmod>", time(at)))
            .unwrap_or_default();
        out.push_str(&format!(
            "<url><loc>{}</loc>{changed}</url>\n",
            xml(&address)
        ));
    }
    out.push_str("</urlset>\n");
    out
}
