//! Stems: words brought back to what they have in common, so that "reverting" and "rollback" are one.
//!
//! Comes in: a text and its language. Goes out: [`Stem`]s, each once. Words that mean the same to whoever runs a service
//! are one stem, and words that every lesson could hold are marked weak. Finer and slower than
//! [`terms`](super::terms): it is meant for statements of a sentence or two.

use super::LONGEST;
use super::SEED;
use super::is_common;
use super::mix;
use frostem::Algorithm;
use frostem::Stemmer;
use std::collections::BTreeMap;
use std::collections::HashMap;
use std::sync::OnceLock;

/// A stem of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stem {
    /// A hash of the stem, the same in every run.
    pub hash: u32,
    /// Where it stands first, in bytes.
    pub at: u32,
    /// How many bytes it has there.
    pub length: u16,
    /// Whether nearly every statement of the field could hold it: "improve", "alert", "outage".
    pub weak: bool,
}

impl Stem {
    /// Returns the word as it stands in the text that the stem was read from.
    pub fn word<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.at as usize..self.at as usize + usize::from(self.length)).unwrap_or("")
    }
}

/// Returns the stems of a text in the order of their hashes, each once.
///
/// `language` is a BCP 47 tag; one whose words we cannot stem is read as it stands. Japanese and Chinese go by runs of
/// katakana and by pairs of ideographs: what stands between them is grammar. For many texts a [`Reader`] is faster.
pub fn stems(text: &str, language: &str) -> Vec<Stem> {
    Reader::default().stems(text, language)
}

/// Reads texts, and remembers what it found of each word: a collection says the same words over and over, and to stem one
/// takes several times as long as to look it up.
#[derive(Debug, Default)]
pub struct Reader {
    /// Of words of one language in lower case.
    meanings: HashMap<String, Meaning>,
    algorithm: Option<Algorithm>,
}

/// What a word is.
#[derive(Clone, Copy, Debug)]
struct Meaning {
    /// The hash of its stem and whether that is weak; nothing where the word does not count.
    stem: Option<(u32, bool)>,
    /// The phrases that it may begin.
    phrases: Option<&'static [(&'static str, &'static str)]>,
}

/// So many words are remembered before forgetting all: a collection has fewer, and somebody's random letters have more.
const REMEMBERED: usize = 1 << 16;

impl Reader {
    /// Returns what [`stems`] returns.
    pub fn stems(&mut self, text: &str, language: &str) -> Vec<Stem> {
        let algorithm = algorithm(language);
        if algorithm != self.algorithm || self.meanings.len() > REMEMBERED {
            self.algorithm = algorithm;
            self.meanings.clear();
        }
        let mut found: Vec<Stem> = Vec::with_capacity(text.len() / 8);
        let mut lower = String::new();
        // The end of the last word, where it is the first of a phrase.
        let mut phrase: Option<(usize, &[(&str, &str)])> = None;
        each(text, |at, word, script| {
            lower.clear();
            if word.is_ascii() {
                lower.push_str(word);
                lower.make_ascii_lowercase();
            } else {
                lower.extend(word.chars().flat_map(char::to_lowercase));
            }
            if let Some((end, phrases)) = phrase.take()
                && at == end + 1
                && let Some((_, means)) = phrases.iter().find(|(second, _)| *second == lower)
                && let Some(last) = found.last_mut()
            {
                let known = known().get(*means);
                (last.hash, last.weak) = known.copied().unwrap_or_else(|| (hash(means), false));
                last.length =
                    (at + word.len()).saturating_sub(last.at as usize).min(usize::from(u16::MAX)) as u16;
                return;
            }
            let place = |(hash, weak)| Stem {
                hash,
                at: at as u32,
                length: word.len().min(usize::from(u16::MAX)) as u16,
                weak,
            };
            if script != Script::Letters {
                let hash = hash(&lower);
                found.push(place((hash, known().get(lower.as_str()).is_some_and(|known| known.1))));
                return;
            }
            if lower.len() > LONGEST {
                return;
            }
            let meaning = match self.meanings.get(lower.as_str()) {
                Some(meaning) => *meaning,
                None => {
                    let meaning = meaning(&lower, algorithm);
                    self.meanings.insert(lower.clone(), meaning);
                    meaning
                }
            };
            phrase = meaning.phrases.map(|phrases| (at + word.len(), phrases));
            found.extend(meaning.stem.map(place));
        });
        found.sort_unstable_by_key(|stem| (stem.hash, stem.at));
        found.dedup_by_key(|stem| stem.hash);
        found
    }
}

/// Returns what a word of letters and digits is, in lower case.
fn meaning(lower: &str, algorithm: Option<Algorithm>) -> Meaning {
    let english = algorithm == Some(Algorithm::English);
    let plain = |stem| Meaning { stem, phrases: None };
    // Acronyms of two letters count where we know them; numbers and what looks like an identifier never do.
    if english && let Some(known) = known().get(lower) {
        return plain(Some(*known));
    }
    let digits = lower.bytes().filter(u8::is_ascii_digit).count();
    if lower.chars().count() < 3 || digits * 2 > lower.len() || digits > 0 && lower.len() > 8 {
        return plain(None);
    }
    if is_common(hash(lower)) {
        return plain(None);
    }
    let Some(algorithm) = algorithm else { return plain(Some((hash(lower), false))) };
    let stem = Stemmer::new(algorithm).stem(lower);
    if !english {
        return plain(Some((hash(&stem), false)));
    }
    Meaning {
        stem: Some(known().get(stem.as_ref()).copied().unwrap_or_else(|| (hash(&stem), false))),
        phrases: PHRASES.iter().find(|(first, _)| *first == stem.as_ref()).map(|(_, phrases)| *phrases),
    }
}

/// How a run of characters is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Script {
    Letters,
    Katakana,
    Ideographs,
}

fn script(c: char) -> Option<Script> {
    match c as u32 {
        // Most of all characters, without a look into the tables of Unicode.
        0..=0x7F => c.is_ascii_alphanumeric().then_some(Script::Letters),
        0x30A0..=0x30FF => Some(Script::Katakana),
        0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x2FFFF => Some(Script::Ideographs),
        // Hiragana is nearly all grammar.
        0x3040..=0x309F => None,
        _ if c.is_alphanumeric() => Some(Script::Letters),
        _ => None,
    }
}

/// Calls `visit` with each word, its place and its script.
fn each(text: &str, mut visit: impl FnMut(usize, &str, Script)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        // Nearly all text is ASCII: that path needs no look at characters.
        let letters = bytes[start..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let kind = if bytes.get(start + letters).is_none_or(u8::is_ascii) {
            at = start + letters.max(1);
            (letters > 0).then_some(Script::Letters)
        } else {
            let mut chars = text[start..].chars();
            let first = chars.next();
            let kind = first.and_then(script);
            let more = match kind {
                None => 0,
                // Compounds are mostly made of words of two characters, from the front.
                Some(Script::Ideographs) => {
                    chars.take(1).take_while(|c| script(*c) == kind).map(char::len_utf8).sum()
                }
                Some(_) => chars.take_while(|c| script(*c) == kind).map(char::len_utf8).sum(),
            };
            at = start + first.map_or(1, char::len_utf8) + more;
            // One ideograph says little, and one mark of katakana is a bullet or a length sign.
            kind.filter(|kind| *kind == Script::Letters || more > 0)
        };
        let Some(kind) = kind else { continue };
        let word = &text[start..at];
        // The words of an address are its own.
        if matches!(word, "http" | "https") && text[at..].starts_with("://") {
            at += text[at..].find(|c: char| c.is_whitespace() || c == ')').unwrap_or(text.len() - at);
            continue;
        }
        visit(start, word, kind);
    }
}

fn hash(word: &str) -> u32 {
    word.bytes().fold(SEED, mix)
}

/// Returns how words of a language are stemmed.
fn algorithm(language: &str) -> Option<Algorithm> {
    match language.split(['-', '_']).next().unwrap_or("").to_ascii_lowercase().as_str() {
        "en" | "" => Some(Algorithm::English),
        "de" => Some(Algorithm::German),
        "fr" => Some(Algorithm::French),
        "es" => Some(Algorithm::Spanish),
        "pt" => Some(Algorithm::Portuguese),
        // Technical words in a Japanese or Chinese text are English.
        "ja" | "zh" | "ko" => Some(Algorithm::English),
        _ => None,
    }
}

/// Returns for each stem that we know, and each short form: the hash of its meaning, and whether it is weak.
fn known() -> &'static BTreeMap<String, (u32, bool)> {
    static KNOWN: OnceLock<BTreeMap<String, (u32, bool)>> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let stemmer = Stemmer::new(Algorithm::English);
        let mut known = BTreeMap::new();
        for word in WEAK.iter().flat_map(|line| line.split(' ')) {
            let stem = stemmer.stem(word).into_owned();
            known.insert(stem.clone(), (hash(&stem), true));
        }
        for word in WEAK_DENSE.split(' ') {
            known.insert(word.to_owned(), (hash(word), true));
        }
        for line in SAME {
            let first = line.split(' ').next().unwrap_or("");
            let stem = stemmer.stem(first);
            let meaning = (hash(&stem), known.get(stem.as_ref()).is_some_and(|known| known.1));
            for word in line.split(' ') {
                known.insert(stemmer.stem(word).into_owned(), meaning);
                known.insert(word.to_owned(), meaning);
            }
        }
        known
    })
}

/// A stem, the words that may follow it, and the one stem that both are then.
const PHRASES: &[(&str, &[(&str, &str)])] = &[
    ("roll", &[("back", "rollback"), ("out", "deploy")]),
    ("fail", &[("over", "failov")]),
    ("fall", &[("back", "fallback")]),
    ("time", &[("out", "timeout"), ("outs", "timeout")]),
    ("health", &[("check", "healthcheck"), ("checks", "healthcheck")]),
];

/// Words that mean the same here; the first of a line stands for all. A line is weak where its first word is.
const SAME: &[&str] = &[
    "alert alarm notification notifier notify",
    "authentication auth authenticate",
    "canary gradual gradually progressive progressively incremental incrementally",
    "certificate cert certs",
    "configuration config configs configure misconfiguration misconfigured",
    "customer user client",
    "database db dbs",
    "deploy deployment rollout redeploy",
    "detect notice unnoticed undetected detection",
    "document docs doc documentation undocumented",
    "drill rehearse rehearsal exercise gameday practise practice",
    "expire expiry expiration",
    "kubernetes k8s",
    "limit quota",
    "outage downtime unavailable unavailability",
    "production prod",
    "rollback revert",
    "runbook playbook",
    "test untested",
    "vendor supplier",
    "ci",
    "qa",
    "ui",
    "ip",
    "s3",
];

/// Words that nearly every statement of the field could hold. Two statements that share nothing else share nothing.
const WEAK: &[&str] = &[
    "able access account across act action actual actually ad add addition affect again ago alert allow already always another appear",
    "application app approach area ask assume attempt automate automatic automatically available avoid aware",
    "back bad based become begin behaviour behavior believe best better big bit break bring broken bug build business busy",
    "call came care case catch cause certain chance change check clear clearly close code come common communicate company",
    "complete completely complex component concern consider continue control correct correctly create critical current customer",
    "damage data day deal debug delay deploy design detail detect develop developer difference different difficult discover document",
    "early easy effect effort enable end engineer enough ensure entire environment error especially even event eventually ever every",
    "everything example exist expect experience explain extra fact fail failure fairly far fast feature feel few find fine first fix",
    "follow force found frequently full fully further future general get give go good great group guide handle happen hard help high",
    "hour identify immediate immediately impact implement important improve improvement incident include increase incorrect individual",
    "information infrastructure initial initially instance instead internal introduce investigate involve issue item keep kind know",
    "knowledge lack large last late later lead learn least leave lesson less let level like likely little long look lose lost lot low",
    "main maintain major make manage manual manually many matter may mean measure meet might minor minute miss mistake mitigate moment",
    "monitor month move much multiple must necessary need never new next nobody normal nothing number occur often old open operate",
    "operation operational order original outage overall part people perform period person place plan platform point policy poor",
    "possible postmortem potential prevent previous previously prior probably problem procedure proceed process product production",
    "project proper properly provide purpose push put quick quickly quite rather reach read ready real realise realize really reason",
    "recent recently recommend recover recovery reduce refer relate release relevant rely remain report request require resolve",
    "respond response responsible rest result return review right risk root run runbook safe safely say second see seem send separate",
    "serious server service set severe short show side significant similar simple single site situation small software solution",
    "solve someone something soon source specific start state status stay step stop strong subsequent success successful such sudden",
    "suggest support sure system take target task team tell term test thing think third time today together took tool top total touch",
    "tracking traffic true try turn type understand unexpected unfortunately unknown unless unlike update upon use useful usual",
    "usually value various verify version view visible wait want warn warning watch way week well whether whole wide within without",
    "word work worse worth write wrong year yet",
    "broke broken built caught did done felt gave given gone got gotten held kept knew known led left made meant met ran saw seen sent shown",
    "stood taken thought told understood went wrote written",
    "anyone api command everyone field host key line name non path post pre rate react sub url",
    "above against around away below down inside outside up",
    "absolute absolutely advice alone apart apparent apparently appropriate arrange aside aspect away bear behave beside bother",
    "bring broad brought brief carry choose chose clean collect combine comfortable compare conclude condition confirm confuse consequence",
    "convenient count couple cover crucial curious currently danger dangerous date decide decision deep definite definitely degree",
    "depend describe deserve desire despite directly distinct doubt drop drive easier easiest either else emerge enormous entirely",
    "equal essential essentially evening eventual evident exact exactly except extend extent extreme extremely face fair fall familiar",
    "favour final finally fit five four fragile frequent friday front fun funny generally gain goal grow hand hard hardly heavy",
    "heavily hello hold honest hope huge idea ideal ideally ignore imagine importantly inevitable instant intend intention interest",
    "itself join judge jump lack land largely lay lazy lift line list listen live loop lucky luck major massive mind monday morning",
    "mostly myself namely natural naturally near nearly neither nice night nobody none noon notable obvious obviously odd offer ok",
    "okay one ones onto opinion opportunity option otherwise ourselves outcome oversight pace pain painful paper particular",
    "particularly pass pay perfect perhaps pick piece plain plenty plus practical precise prefer prepare pretty prevent previously",
    "primary promise prove pull pure pursue quality question quiet raise rare rarely reality reasonable receive refuse regard",
    "regardless regular regularly repeat reply reveal rough roughly rush scale scenario sense serve share sign simply since sit six",
    "size slightly sort spare speak special specifically spend spot stand still straight strange strict struggle stuck sufficient",
    "summary surely surface surprise surprising table talk ten tend thank thanks themselves thereby therefore thorough thoroughly",
    "though thought three throughout tight tiny title topic toward tricky truly twice unable unclear unfortunate unless unlikely",
    "unnecessary unrelated unusual urgent vast versus vital voice warn weird whatever whenever whereas wherever whoever whom whose",
    "wise wonder worry yesterday yield zero",
    "aren couldn didn doesn don hadn hasn haven isn shouldn wasn weren won wouldn",
];

/// The same in Japanese and Chinese.
const WEAK_DENSE: &str = "必要 確認 対応 実装 設計 問題 障害 原因 影響 アラート サービス デプロイ テスト 本番 環境 検知 監視 改善 追加 \
                          修正 エラー 処理 状態 場合 今回 変更 手順 運用 復旧 システム ユーザー 時間 作業 実行 使用 利用 発生 失敗 \
                          成功 開始 終了 完了 結果 情報 可能 不要 重要 明示 以上 以下 直接 自動 手動 動作 正常 異常 リリース 事故 \
                          故障 问题 需要 监控 告警 服务 系统 用户 测试 部署 改进 增加 影响 原因 时间 处理 使用 发生 确认 流程 上线";

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str, language: &str) -> Vec<String> {
        let mut found = stems(text, language);
        found.sort_by_key(|stem| stem.at);
        found.iter().map(|stem| format!("{}{}", stem.word(text), if stem.weak { "?" } else { "" })).collect()
    }

    fn shared(a: &str, b: &str) -> usize {
        let other = stems(b, "en");
        stems(a, "en").iter().filter(|stem| other.iter().any(|other| other.hash == stem.hash)).count()
    }

    #[test]
    fn forms_of_a_word_are_one_stem() {
        assert_eq!(shared("certificates expired", "the cert had an expiry date"), 2);
        assert_eq!(shared("we reverted", "a rollback"), 1);
        assert_eq!(shared("noticing it", "went unnoticed"), 1);
        assert_eq!(shared("restore backups", "restoring a backup"), 2);
    }

    #[test]
    fn words_of_every_lesson_are_weak() {
        assert_eq!(
            words("Improve monitoring and add better alerts", "en"),
            ["Improve?", "monitoring?", "add?", "better?", "alerts?"]
        );
        assert_eq!(words("The db ran out of file descriptors", "en"), ["db", "ran?", "file", "descriptors"]);
    }

    #[test]
    fn other_scripts_go_by_runs_and_pairs() {
        assert_eq!(
            words("アラートに接続されていない手動検知", "ja"),
            ["アラート?", "接続", "手動?", "検知?"]
        );
        assert_eq!(words("Zertifikate liefen ab", "de"), ["Zertifikate", "liefen"]);
        assert_eq!(words("commit b921bb88cafe of 2021", "en"), ["commit"]);
    }

    #[test]
    fn no_text_is_too_odd() {
        for text in ["", "ー", "é", "日", "a\u{301}b", "🚒🚒", "ア日ア"] {
            for stem in stems(text, "en") {
                assert!(!stem.word(text).is_empty());
            }
        }
    }
}
