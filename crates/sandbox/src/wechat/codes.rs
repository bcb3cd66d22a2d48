//! Return codes and their English texts, after WeChat's page 全局返回码 (read 2026-11).

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: i64,
    text: Option<String>,
}

impl Refusal {
    pub(crate) fn of(code: i64) -> Self {
        Self { code, text: None }
    }

    pub(crate) fn saying(code: i64, text: impl Into<String>) -> Self {
        Self {
            code,
            text: Some(text.into()),
        }
    }

    pub(crate) fn message(&self) -> &str {
        self.text.as_deref().unwrap_or_else(|| usual(self.code))
    }
}

fn usual(code: i64) -> &'static str {
    match code {
        40001 => {
            "invalid credential, access_token is invalid or not latest, could get access_token by getStableAccessToken, more details at https://mmbizurl.cn/s/JtxxFh33r"
        }
        40002 => "invalid grant_type",
        40004 => "invalid media type",
        40005 => "invalid file type",
        40007 => "invalid media_id",
        40009 => "invalid image size",
        40010 => "invalid voice size",
        40011 => "invalid video size",
        40012 => "invalid thumb size",
        40013 => "invalid appid",
        40014 => "invalid access_token",
        40033 => "invalid charset. please check your request, if include \\uxxxx will create fail!",
        40060 => "invalid article idx",
        40066 => "invalid url",
        40097 => "invalid args",
        40114 => "invalid index value",
        40125 => "invalid appsecret",
        40137 => "invalid image format",
        40215 => "invalid image count",
        40243 => "AppSecret has been frozen",
        41001 => "access_token missing",
        41002 => "appid missing",
        41004 => "appsecret missing",
        41005 => "media data missing",
        41006 => "media_id missing",
        41011 => "missing required fields! please check document and request json!",
        41039 => "invalid content_source_url",
        42001 => "access_token expired",
        43001 => "require GET method",
        43002 => "require POST method",
        44001 => "empty media data",
        44002 => "empty post data",
        44003 => "empty news data",
        44004 => "empty content",
        45002 => "content size out of limit",
        45003 => "title size out of limit",
        45004 => "description size out of limit",
        45005 => "url size out of limit",
        45008 => "article size out of limit",
        45009 => "reach max api daily quota limit",
        45011 => "api minute-quota reach limit, must slower, retry next minute",
        45110 => "author size out of limit",
        45166 => "invalid content",
        47001 => "data format error",
        47002 => {
            "data format error, do NOT use json unicode encode (\\uxxxx\\uxxxx), please use utf8 encoded text!"
        }
        48001 => "api unauthorized",
        48004 => "api forbidden for irregularities, view detail on mp.weixin.qq.com",
        50004 => "user not allow to use accesstoken, maybe for punishment",
        53402 => "封面裁剪失败，请检查裁剪参数后重试",
        53500 => "发布功能被封禁",
        53501 => "频繁请求发布",
        53502 => "Publish ID 无效",
        53503 => "该草稿未通过发布检查",
        53504 => "需前往公众平台官网使用草稿",
        53505 => "请手动保存成功后再发表",
        53600 => "Article ID 无效",
        61450 => "system error",
        76021 => "cgi_path not found",
        88000 => "without comment privilege",
        -1 => "system error",
        _ => "error",
    }
}
