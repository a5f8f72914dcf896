//! The languages that a person reads, and the words of this command in both.
//!
//! What a rule says stands with the rule; a finding's own message is English everywhere, since it is exact.

use std::fmt::Display;

use clap::ValueEnum;
use upqr::rules::{Disposition, Label, Severity, Words};
use upqr::scheme::Confidence;

/// A language that a person reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    /// English
    En,
    /// Simplified Chinese
    #[value(name = "zh-CN")]
    ZhCn,
}

impl Language {
    /// Some words in this language.
    pub(crate) const fn say(self, words: Words) -> &'static str {
        match self {
            Self::En => words.en,
            Self::ZhCn => words.zh,
        }
    }

    /// Words with something in the place of `{n}`.
    pub(crate) fn with(self, words: Words, n: impl Display) -> String {
        self.say(words).replace("{n}", &n.to_string())
    }

    /// How many payloads were checked.
    pub(crate) fn checked(self, count: u64) -> String {
        if count == 1 { self.say(ONE_CHECKED).to_owned() } else { self.with(CHECKED, count) }
    }

    /// How many findings there are.
    pub(crate) fn count(self, findings: usize) -> String {
        match findings {
            0 => self.say(NOTHING_FOUND).to_owned(),
            1 => self.say(ONE_FINDING).to_owned(),
            count => self.with(SOME_FINDINGS, count),
        }
    }

    /// What stands between two statements on one line.
    pub(crate) const fn comma(self) -> &'static str {
        self.say(words(", ", "，"))
    }

    /// What stands between a name and what it is.
    pub(crate) const fn colon(self) -> &'static str {
        self.say(words(": ", "："))
    }

    /// Words in brackets.
    pub(crate) fn brackets(self, words: &str) -> String {
        match self {
            Self::En => format!(" ({words})"),
            Self::ZhCn => format!("（{words}）"),
        }
    }
}

const fn words(en: &'static str, zh: &'static str) -> Words {
    Words { en, zh }
}

const NOTHING_FOUND: Words = words("nothing found", "未发现问题");
const ONE_FINDING: Words = words("1 finding", "1 个问题");
const SOME_FINDINGS: Words = words("{n} findings", "{n} 个问题");
pub(crate) const MORE: Words = words(
    "and {n} more findings: --format ndjson shows them all",
    "另有 {n} 个问题，可用 --format ndjson 查看全部",
);
pub(crate) const MORE_UNKEPT: Words =
    words("{n} more findings are counted only", "另有 {n} 个问题只计数，不列出");
pub(crate) const BYTE: Words = words("byte {n}", "第 {n} 字节");
pub(crate) const NOTE: Words = words("note", "说明");
pub(crate) const HELP: Words = words("help", "处理办法");
pub(crate) const FIX: Words = words("fix", "修复");
pub(crate) const SAFE: Words = words("safe", "安全");
pub(crate) const UNSAFE: Words = words("unsafe", "不安全");
pub(crate) const CHECKSUM: Words = words("checksum", "校验值");
pub(crate) const REPLACE: Words = words("replace `{old}` with `{new}`", "将 `{old}` 替换为 `{new}`");
pub(crate) const REMOVE: Words = words("remove `{old}`", "删除 `{old}`");
pub(crate) const INSERT: Words = words("insert `{new}`", "插入 `{new}`");
pub(crate) const BYTES: Words = words("bytes {first} to {last}", "第 {first} 至 {last} 字节");
pub(crate) const ALLOWED_BY: Words = words("allowed by {n}", "{n} 允许");
pub(crate) const FROM: Words = words("from {n} on", "自 {n} 起");
pub(crate) const IN_FORCE_FROM: Words = words("in force from {n}", "自 {n} 起生效");
pub(crate) const UNTIL: Words = words("no longer from {n} on", "自 {n} 起失效");
pub(crate) const NEXT: Words = words("what starts failing next", "即将不再通过的项目");
pub(crate) const CLAUSE: Words = words("clause", "条款");
pub(crate) const REQUIREMENTS: Words = words("requirements", "要求");
pub(crate) const WHY: Words = words("why", "原因");
pub(crate) const WHAT_TO_DO: Words = words("what to do", "处理办法");
pub(crate) const FLAGGED: Words = words("flagged", "触发");
pub(crate) const NOT_FLAGGED: Words = words("not flagged", "不触发");
pub(crate) const NOTHING_CHOSEN: Words =
    words("nothing found by the rules that were chosen", "所选规则未发现问题");
pub(crate) const ONLY_WITH: Words = words("only with", "仅当");
pub(crate) const SEVERITY: Words = words("severity", "级别");
pub(crate) const DISPOSITION: Words = words("disposition", "处置");
pub(crate) const LABEL: Words = words("label", "类别");
pub(crate) const RULE: Words = words("rule", "规则");
pub(crate) const SCHEME: Words = words("scheme", "方案");
pub(crate) const PAYLOADS: Words = words("payloads", "码串");
pub(crate) const FINDINGS: Words = words("findings", "问题");
pub(crate) const FINDING: Words = words("finding", "问题");
pub(crate) const LINE: Words = words("line", "行");
pub(crate) const PAGE: Words = words("page", "页");
pub(crate) const PLACE: Words = words("byte", "字节");
const ONE_CHECKED: Words = words("1 payload checked", "已检查 1 个码串");
const CHECKED: Words = words("{n} payloads checked", "已检查 {n} 个码串");
pub(crate) const FIXED: Words = words("{n} fixed", "已修复 {n} 个");
pub(crate) const LEFT: Words = words("{n} left as they are", "{n} 个保持原样");
pub(crate) const UNREADABLE: Words = words("the line is no payload", "该行不是码串");
pub(crate) const TITLE: Words = words("what is wrong", "问题所在");
pub(crate) const NAME: Words = words("name", "名称");
pub(crate) const JURISDICTIONS: Words = words("used in", "使用地区");
pub(crate) const CURRENCIES: Words = words("currencies", "币种");
pub(crate) const CONFIDENCE: Words = words("confidence", "可信度");
pub(crate) const DOCUMENT: Words = words("document", "文件");
pub(crate) const EFFECTIVE: Words = words("effective", "生效");
pub(crate) const SOURCES: Words = words("sources", "来源");
pub(crate) const TEMPLATES: Words = words("templates", "模板");
pub(crate) const OBJECTS: Words = words("objects", "对象");
pub(crate) const WAIVERS: Words = words("allows", "允许");
pub(crate) const SYMBOL: Words = words("symbol", "符号");
pub(crate) const SYMBOL_VERSION: Words = words("version {n}", "版本 {n}");
pub(crate) const SYMBOL_LEVEL: Words = words("level {n}", "纠错级别 {n}");
pub(crate) const SYMBOL_ECI: Words = words("ECI {n}", "ECI {n}");
pub(crate) const SYMBOL_MODE: Words = words("{n} mode", "{n} 模式");
pub(crate) const SYMBOL_MODULE: Words = words("modules of {n} mm or more", "模块不小于 {n} 毫米");
pub(crate) const MANDATORY: Words = words("mandatory", "必有");
pub(crate) const ANYWHERE: Words = words("anywhere", "不限");
pub(crate) const ANYTHING: Words = words("any", "不限");

pub(crate) const fn severity(severity: Severity) -> Words {
    match severity {
        Severity::Error => words("error", "错误"),
        Severity::Warning => words("warning", "警告"),
        Severity::Info => words("info", "提示"),
    }
}

pub(crate) const fn disposition(disposition: Disposition) -> Words {
    match disposition {
        Disposition::Pay => words("pay", "可付"),
        Disposition::Confirm => words("confirm", "需确认"),
        Disposition::Block => words("block", "拒付"),
    }
}

pub(crate) const fn label(label: Label) -> Words {
    match label {
        Label::Structure => words("structure", "结构"),
        Label::Checksum => words("checksum", "校验"),
        Label::Profile => words("profile", "EMV 规范"),
        Label::Scheme => words("scheme", "方案"),
        Label::Canonical => words("canonical", "规范形式"),
        Label::Risk => words("risk", "风险"),
    }
}

pub(crate) const fn confidence(confidence: Confidence) -> Words {
    match confidence {
        Confidence::High => words("high", "高"),
        Confidence::Medium => words("second-hand", "间接资料"),
        Confidence::Low => words("unverified", "未核实"),
    }
}
