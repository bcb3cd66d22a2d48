//! Styles written into the elements, for places that have no style sheet of ours: themes of other sites, editors at centres.

/// Markup of [`super::blocks`] in which the closing is at the right, lists show no bullets before their own numbers, dots stand
/// under characters, and cells have lines and are set as their class states.
pub fn with_inline_styles(html: &str) -> String {
    const STYLES: [(&str, &str); 4] = [
        ("<p class=\"sign\"", "text-align:right"),
        ("<ul class=\"numbered\"", "list-style:none;padding-left:1em"),
        (
            "<em class=\"dots\"",
            "font-style:normal;text-emphasis:filled dot;text-emphasis-position:under right",
        ),
        (
            "<section class=\"notes\"",
            "border-top:1px solid #bbb;margin-top:2em;font-size:.9em",
        ),
    ];
    STYLES.iter().fold(with_cells(html), |html, (tag, style)| {
        let (name, rest) = tag.split_once(' ').unwrap_or((tag, ""));
        html.replace(tag, &format!("{name} style=\"{style}\" {rest}"))
    })
}

/// Cells with their lines, and set as their class says: an element has one style.
fn with_cells(html: &str) -> String {
    let mut out = String::with_capacity(html.len() + html.len() / 8);
    let mut rest = html;
    while let Some((before, after)) = rest.split_once("<t") {
        out.push_str(before);
        out.push_str("<t");
        rest = after;
        let Some(attributes) = after
            .strip_prefix(['h', 'd'])
            .filter(|attributes| attributes.starts_with([' ', '>']))
        else {
            continue;
        };
        let tag = attributes.split('>').next().unwrap_or_default();
        let align = ["left", "center", "right"]
            .into_iter()
            .find(|align| tag.contains(&format!("class=\"{align}\"")));
        let align = align.map(|align| format!(";text-align:{align}"));
        out.push_str(after.get(..1).unwrap_or_default());
        out.push_str(&format!(
            " style=\"border:1px solid #bbb;padding:.3em .6em{}\"",
            align.unwrap_or_default()
        ));
        rest = attributes;
    }
    out.push_str(rest);
    out
}
