//! What belongs to the site and not to the document.

/// Beginnings of lines of navigation.
const BEGINS: [&str; 12] = [
    "欢迎访问",
    "您现在的位置",
    "您当前的位置",
    "当前位置",
    "分享到",
    "浏览次数",
    "阅读次数",
    "点击次数",
    "打印本页",
    "上一篇",
    "下一篇",
    "返回顶部",
];
/// What stands in brackets: 【字体: 大 中 小】.
const BUTTONS: [&str; 9] = [
    "关闭",
    "字体",
    "打印",
    "收藏",
    "返回",
    "大 中 小",
    "纠错",
    "下载",
    "分享",
];
/// Longest line that can be navigation, in characters.
const LINE_MAX: usize = 120;

/// The line without buttons and bars; `None` when nothing of the document is left.
pub(crate) fn stripped(line: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('【') {
        let Some((inside, beyond)) = after.split_once('】') else {
            break;
        };
        out.push_str(before);
        if !is_button(inside) {
            out.push_str(&format!("【{inside}】"));
        }
        rest = beyond;
    }
    out.push_str(rest);
    let text = out.trim_matches(|c: char| c.is_whitespace() || c == '|');
    let short = text.chars().count() <= LINE_MAX;
    let navigation = short && BEGINS.iter().any(|begin| text.starts_with(begin));
    (!text.is_empty() && !navigation).then(|| text.to_owned())
}

/// Whether a line begins the foot of a site: everything below is the site's.
pub(crate) fn is_foot(line: &str) -> bool {
    const BEGINS: [&str; 8] = [
        "主办：",
        "主办:",
        "主办单位",
        "承办单位",
        "版权所有",
        "网站标识码",
        "网站地图",
        "Copyright",
    ];
    let short = line.chars().count() <= LINE_MAX;
    short && (BEGINS.iter().any(|begin| line.starts_with(begin)) || line.contains("ICP备"))
}

fn is_button(inside: &str) -> bool {
    let inside = inside.trim();
    inside.chars().count() <= 12 && BUTTONS.iter().any(|word| inside.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::stripped;

    #[test]
    fn buttons_go_and_brackets_of_the_text_stay() {
        for chrome in [
            "欢迎访问临沂市政府网站!",
            "【关闭窗口】 【字体: 大 中 小】 【打印本文】 |",
            "|",
            "您现在的位置：首页 > 政务公开",
            "分享到: 微信 微博",
            "  ",
        ] {
            assert_eq!(stripped(chrome), None, "{chrome}");
        }
        assert_eq!(stripped("正文。 | 【打印本文】").as_deref(), Some("正文。"));
        assert_eq!(
            stripped("【第一章】总则").as_deref(),
            Some("【第一章】总则")
        );
        let long = format!("分享到各县区的做法{}", "如下".repeat(80));
        assert_eq!(stripped(&long), Some(long.clone()));
    }
}
